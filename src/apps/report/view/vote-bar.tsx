/**
 * The vote of a prompt as one bar: classes in order of size, the majority first, the true answer ticked, what has no answer striped. Words
 * stand in it as far as there is room; all of them are in its label.
 */
import type { VNode } from "preact";

/** One class of answers. */
export interface BarClass {
  readonly answer: string;
  readonly count: number;
}

const HEIGHT = 22;
const SHOWN = 7;

export function VoteBar({
  classes,
  unanswered,
  label,
  truth,
}: {
  /** Largest first. */
  readonly classes: readonly BarClass[];
  /** Samples without an answer. */
  readonly unanswered: number;
  readonly label: string | null;
  readonly truth: string | null;
}): VNode {
  const total = classes.reduce((sum, { count }) => sum + count, unanswered);
  const percentOf = (count: number): number => Math.round((10_000 * count) / Math.max(1, total)) / 100;
  const shown = classes.filter(({ answer }, i) => i < SHOWN || answer === truth);
  const rest = classes.length - shown.length;
  const restCount = total - unanswered - shown.reduce((sum, { count }) => sum + count, 0);
  let from = 0;
  const next = (count: number): { x: string; width: string } => {
    const at = from;
    from += count;
    return { x: `${percentOf(at)}%`, width: `${percentOf(count)}%` };
  };
  return (
    <svg
      class="vote-bar"
      width="100%"
      height={HEIGHT}
      role="img"
      aria-label={barWords(classes, unanswered, label, truth)}
    >
      {shown.map(({ answer, count }) => (
        <svg
          {...next(count)}
          height={HEIGHT}
          key={answer}
          class={answer === label ? "class majority" : "class"}
        >
          <title>{`${answer}: ${count} of ${total}`}</title>
          <rect width="100%" height={HEIGHT} />
          {answer === truth && <rect class="true" y={HEIGHT - 4} width="100%" height="4" />}
          <text x="6" y="15">
            {answer === truth && "✓ "}
            {answer}
          </text>
          <line class="edge" x1="100%" x2="100%" y1="0" y2={HEIGHT} />
        </svg>
      ))}
      {restCount > 0 && (
        <svg {...next(restCount)} height={HEIGHT} class="class rest">
          <title>{`${rest} other answers: ${restCount} of ${total}`}</title>
          <rect width="100%" height={HEIGHT} />
          <text x="6" y="15">{`+${rest}`}</text>
          <line class="edge" x1="100%" x2="100%" y1="0" y2={HEIGHT} />
        </svg>
      )}
      {unanswered > 0 && (
        <svg {...next(unanswered)} height={HEIGHT} class="unanswered">
          <title>{`no answer: ${unanswered} of ${total}`}</title>
          <line
            x1="0"
            x2="100%"
            y1={HEIGHT / 2}
            y2={HEIGHT / 2}
            stroke-width={HEIGHT}
            stroke-dasharray="2 4"
          />
        </svg>
      )}
    </svg>
  );
}

/** The bar in words. */
export function barWords(
  classes: readonly BarClass[],
  unanswered: number,
  label: string | null,
  truth: string | null,
): string {
  const words = classes
    .slice(0, SHOWN)
    .map(
      ({ answer, count }) =>
        `${answer}: ${count}${answer === label ? ", the majority" : ""}${answer === truth ? ", the true answer" : ""}`,
    );
  if (classes.length > SHOWN) words.push(`${classes.length - SHOWN} other answers`);
  if (unanswered > 0) words.push(`no answer: ${unanswered}`);
  return words.length === 0 ? "no samples" : words.join("; ");
}
