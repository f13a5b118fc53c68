/**
 * A completion by token: shaded by logprob, entropy or KL, and underlined the thicker the further it is from the usual, so that the shade is not
 * the only cue. What comes before the first difference to another sample is dimmed. Arrow keys walk the tokens.
 */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { plainNumber } from "../../../report/format.js";
import type { ShownRollout, Tokens } from "../../api/index.js";

export const SHADES = ["logprob", "entropy", "kl", "none"] as const;
export type Shade = (typeof SHADES)[number];

/** Upper ends of the buckets 0 to 4; what exceeds them is 5. Nats; of logprobs their negative. Fixed, so that two samples compare. */
const ENDS: Readonly<Record<Exclude<Shade, "none">, readonly number[]>> = {
  logprob: [0.05, 0.22, 0.69, 1.6, 3],
  entropy: [0.05, 0.22, 0.5, 1, 1.8],
  kl: [0.02, 0.1, 0.3, 0.8, 1.6],
};

function shadedBy(tokens: Tokens, shade: Exclude<Shade, "none">, i: number): number | null {
  if (shade === "logprob") return -tokens.logprobs[i]!;
  if (shade === "entropy") return tokens.entropies?.[i] ?? null;
  const reference = tokens.referenceLogprobs?.[i];
  return reference === undefined ? null : Math.abs(tokens.logprobs[i]! - reference);
}

export const bucketOf = (shade: Exclude<Shade, "none">, value: number): number => {
  const at = ENDS[shade].findIndex((end) => value <= end);
  return at < 0 ? ENDS[shade].length : at;
};

/** Whether tokens have what a shade needs. */
export const canShade = (tokens: Tokens | null, shade: Shade): boolean =>
  shade === "none" ||
  (tokens !== null &&
    (shade === "logprob" ||
      (shade === "entropy" ? tokens.entropies !== null : tokens.referenceLogprobs !== null)));

/** How many leading pieces two texts share. */
export function common(a: readonly string[], b: readonly string[] | undefined): number {
  if (b === undefined) return 0;
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

/** A completion in pieces that are compared: its tokens where they were kept, else its characters. */
export const pieces = ({ tokens, completion }: ShownRollout): readonly string[] =>
  tokens?.texts ?? [...completion];

export function TokenText({
  rollout,
  other,
  shade,
}: {
  readonly rollout: ShownRollout;
  /** The sample that it is compared with. */
  readonly other: ShownRollout | undefined;
  readonly shade: Shade;
}): VNode {
  const { tokens } = rollout;
  const own = pieces(rollout);
  // Tokens compare with tokens, characters with characters.
  const compared = other && (tokens === null) === (other.tokens === null) ? other : undefined;
  const same = compared === undefined ? -1 : common(own, pieces(compared));
  if (tokens === null) {
    const [before, first, after] =
      same < 0
        ? ["", "", rollout.completion]
        : [own.slice(0, same).join(""), own[same] ?? "", own.slice(same + 1).join("")];
    return (
      <pre class="tokens" tabIndex={0}>
        <span class="same">{before}</span>
        {first && <mark class="first">{first}</mark>}
        {after}
      </pre>
    );
  }
  return <Tokenwise tokens={tokens} shade={shade} same={same} key={rollout.sample} />;
}

function Tokenwise({
  tokens,
  shade,
  same,
}: {
  readonly tokens: Tokens;
  readonly shade: Shade;
  readonly same: number;
}): VNode {
  const [at, setAt] = useState<number | null>(null);
  const move = (event: KeyboardEvent): void => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    setAt(
      Math.max(
        0,
        Math.min(tokens.texts.length - 1, at === null ? (by > 0 ? 0 : tokens.texts.length - 1) : at + by),
      ),
    );
  };
  return (
    <>
      <pre class="tokens" tabIndex={0} onKeyDown={move} onMouseLeave={() => setAt(null)}>
        {tokens.texts.map((text, i) => {
          const value = shade === "none" ? null : shadedBy(tokens, shade, i);
          const classes = [
            ...(value === null || shade === "none" ? [] : [`q${bucketOf(shade, value)}`]),
            ...(i < same ? ["same"] : i === same ? ["first"] : []),
            ...(tokens.answerFrom !== null && i >= tokens.answerFrom && i < tokens.answerTo!
              ? ["answer"]
              : []),
            ...(i === at ? ["at"] : []),
          ];
          return (
            // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys do the same
            <span key={i} class={classes.join(" ")} onMouseEnter={() => setAt(i)}>
              {text === "" ? "∎" : text}
            </span>
          );
        })}
      </pre>
      <p class="token-at" role="status">
        {at === null ? `${tokens.texts.length} tokens` : tokenWords(tokens, at)}
      </p>
    </>
  );
}

function tokenWords(tokens: Tokens, i: number): string {
  const parts = [
    `token ${i + 1} ${JSON.stringify(tokens.texts[i])}`,
    `p ${plainNumber(Math.exp(tokens.logprobs[i]!))}`,
    `logprob ${plainNumber(tokens.logprobs[i])}`,
  ];
  if (tokens.entropies) parts.push(`entropy ${plainNumber(tokens.entropies[i])}`);
  if (tokens.referenceLogprobs)
    parts.push(`KL ${plainNumber(tokens.logprobs[i]! - tokens.referenceLogprobs[i]!)}`);
  return parts.join(" · ");
}
