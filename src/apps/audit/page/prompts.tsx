/** What became of single prompts: fates, the probe's matrix, before and after, and who moved first. */
import type { VNode } from "preact";
import { MISSING, percent } from "../../report/format.js";
import { Chip } from "../../report/view/chip.js";
import { Matrix } from "../../report/view/matrix.js";
import type { Audit, Example } from "../audit-result.js";

export function Fates({ fates }: Pick<Audit, "fates">): VNode | null {
  if (fates === null) return null;
  const cell = (count: number, kind: string): VNode => (
    <td class={`fate ${kind}`}>
      <b>{count}</b> {percent(count / fates.prompts)}
    </td>
  );
  const which =
    fates.of === "probe"
      ? "prompts of the probe, from its first vote to its last"
      : "training prompts that came at two steps or more, from their first vote to their last";
  return (
    <>
      <p>
        {fates.prompts} {which}: {fates.learned} learned, {fates.corrupted} corrupted.
      </p>
      <div class="scroll">
        <table class="fates">
          <thead>
            <tr>
              <td />
              <th scope="col">right after</th>
              <th scope="col">wrong after</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">right before</th>
              {cell(fates.stayedRight, "kept")}
              {cell(fates.corrupted, "bad")}
            </tr>
            <tr>
              <th scope="row">wrong before</th>
              {cell(fates.learned, "good")}
              {cell(fates.stayedWrong, "kept")}
            </tr>
          </tbody>
        </table>
      </div>
    </>
  );
}

const MATRIX_PROMPTS = 64;

/** Rows are prompts, columns evaluations. */
export function ProbeMatrix({ probe }: Pick<Audit, "probe">): VNode | null {
  if (probe === null) return null;
  const { flips, steps } = probe;
  const rows = probe.majorities.slice(0, MATRIX_PROMPTS).map(({ prompt, truth, majorities }) => ({
    prompt,
    cells: majorities.map((label) => ({
      label,
      agreement: null,
      right: truth === null || label === null ? null : label === truth,
    })),
  }));
  return (
    <>
      <h3>The probe: prompts that come back</h3>
      <p>
        A row a prompt, a column an evaluation (steps {steps.join(", ")}). Green is right, red with a cross
        wrong, grey not known, hollow no majority; framed where the majority changed.
        {flips &&
          ` ${percent(flips.flippedShare)} of the prompts flipped lately; ${percent(flips.lockedAfterFlipShare)} are locked after a flip.`}
      </p>
      <div class="scroll">
        <Matrix columns={steps} rows={rows} />
      </div>
      {probe.majorities.length > MATRIX_PROMPTS && (
        <p class="note">
          The first {MATRIX_PROMPTS} of {probe.majorities.length} prompts.
        </p>
      )}
    </>
  );
}

export function Examples({ beforeAfter }: Pick<Audit, "beforeAfter">): VNode | null {
  if (beforeAfter.length === 0) return null;
  return (
    <div class="votes">
      {beforeAfter.map(({ prompt, before, after }) => (
        <article class="vote">
          <header>
            <code class="prompt">{prompt}</code>
            <Fate before={before.right} after={after.right} />
          </header>
          <Side name="before" vote={before} />
          <Side name="after" vote={after} />
        </article>
      ))}
    </div>
  );
}

function Side({ name, vote }: { readonly name: string; readonly vote: Example["before"] }): VNode {
  const { step, majority, right, completion } = vote;
  return (
    <>
      <p class="truth">
        {name}, step {step}: <code>{majority ?? "no majority"}</code>
        {right === true && (
          <span class="tick" title="the true answer">
            ✓
          </span>
        )}
      </p>
      {completion !== null && <pre>{completion}</pre>}
    </>
  );
}

function Fate({
  before,
  after,
}: {
  readonly before: boolean | null;
  readonly after: boolean | null;
}): VNode | null {
  if (before === null || after === null) return null;
  if (before === after) return <Chip>{before ? "stayed right" : "stayed wrong"}</Chip>;
  return after ? <Chip tone="good">learned</Chip> : <Chip tone="bad">corrupted</Chip>;
}

export function Movers({ firstMovers, signs }: Pick<Audit, "firstMovers" | "signs">): VNode | null {
  if (firstMovers.length === 0 || signs.attractor === null) return null;
  return (
    <>
      <p>
        The first prompts whose majority became <code>{signs.attractor.answer}</code>, which took over.
      </p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">step</th>
              <th scope="col">prompt</th>
              <th scope="col">majority before</th>
            </tr>
          </thead>
          <tbody>
            {firstMovers.map(({ step, promptId, prompt, before }) => (
              <tr>
                <td>{step}</td>
                <td>
                  <code>{cut(prompt ?? promptId)}</code>
                </td>
                <td>{before === null ? MISSING : <code>{before}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

const cut = (text: string): string =>
  [...text].length > 160 ? `${[...text].slice(0, 159).join("")}…` : text;
