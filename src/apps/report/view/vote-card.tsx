/** "Look at the votes": a card a prompt with a bar for each answer, the majority, the hidden truth and one sample. */
import type { VNode } from "preact";
import type { AnswerCount, VoteExample, VoteSet } from "../vote-example.js";
import { Bar } from "./bar.js";
import { Chip } from "./chip.js";

const CLASSES_SHOWN = 6;

/** Sets of examples, each under its title; nothing where there is none. */
export function VoteSets({ sets }: { readonly sets: readonly VoteSet[] }): VNode | null {
  const filled = sets.filter(({ examples }) => examples.length > 0);
  if (filled.length === 0) return null;
  return (
    <>
      {filled.map(({ title, note, examples }) => (
        <>
          <h3>{title}</h3>
          {note && <p class="note">{note}</p>}
          <div class="votes">
            {examples.map((example) => (
              <VoteCard example={example} />
            ))}
          </div>
        </>
      ))}
    </>
  );
}

/** One prompt's vote. */
export function VoteCard({ example }: { readonly example: VoteExample }): VNode {
  const total = example.classes.reduce((sum, { count }) => sum + count, 0);
  return (
    <article class="vote">
      <header>
        <code class="prompt">{example.prompt}</code>
        <Verdict {...example} />
      </header>
      <AnswerBars example={example} />
      {example.truth !== undefined && (
        <p class="truth">
          True answer <code>{example.truth}</code> <span class="hidden-note">hidden from training</span>
        </p>
      )}
      {example.label !== undefined && (
        <p class="truth">
          Rewarded answer <code>{example.label ?? "none"}</code>
        </p>
      )}
      <details open>
        <summary>one of the {total} samples</summary>
        <pre>{example.completion}</pre>
      </details>
    </article>
  );
}

/** A bar for each of the largest classes, and for the true answer's wherever it stands; the others together. */
function AnswerBars({ example }: { readonly example: VoteExample }): VNode {
  const { classes, truth } = example;
  const total = classes.reduce((sum, { count }) => sum + count, 0);
  const isShown = ({ answer }: AnswerCount, i: number): boolean =>
    i < CLASSES_SHOWN || (answer !== null && answer === truth);
  const rest = classes.filter((entry, i) => !isShown(entry, i));
  const restCount = rest.reduce((sum, { count }) => sum + count, 0);
  return (
    <ul>
      {classes.filter(isShown).map((entry) => (
        <AnswerBar example={example} entry={entry} total={total} />
      ))}
      {rest.length > 0 && (
        <li class="rest">
          <span class="answer">
            {rest.length} other{rest.length > 1 && "s"}
          </span>
          <Bar count={restCount} total={total} />
          <span class="count">{restCount}</span>
        </li>
      )}
    </ul>
  );
}

function AnswerBar({
  example: { majority, truth },
  entry: { answer, count },
  total,
}: {
  readonly example: VoteExample;
  readonly entry: AnswerCount;
  readonly total: number;
}): VNode {
  const isMajority = answer !== null && answer === majority;
  return (
    <li {...(isMajority ? { class: "majority" } : {})}>
      <span class="answer">
        {answer === null ? <em>no answer</em> : <code>{answer}</code>}
        {answer !== null && answer === truth && (
          <span class="tick" title="the true answer">
            ✓
          </span>
        )}
      </span>
      <Bar count={count} total={total} />
      <span class="count">
        {count}
        {isMajority && <span class="visually-hidden"> votes, the majority</span>}
      </span>
    </li>
  );
}

/** Whether the label is the true answer, where that is known. */
export function Verdict({
  majority,
  truth,
}: {
  readonly majority: string | null;
  readonly truth?: string | null | undefined;
}): VNode | null {
  if (majority === null) return <Chip>no majority</Chip>;
  if (truth === undefined || truth === null) return null;
  return majority === truth ? <Chip tone="good">label right</Chip> : <Chip tone="bad">label wrong</Chip>;
}
