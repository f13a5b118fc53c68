/** What became of single prompts: fates, the probe's matrix, before and after, and who moved first. */
import { MISSING, percent } from "../../report/format.js";
import { html, type SafeHtml } from "../../report/html.js";
import type { Audit, Example } from "../audit-result.js";

export function fateContent({ fates }: Audit): SafeHtml | undefined {
  if (fates === null) return undefined;
  const cell = (count: number, kind: string) =>
    html`<td class="fate ${kind}"><b>${count}</b> ${percent(count / fates.prompts)}</td>`;
  const which =
    fates.of === "probe"
      ? "prompts of the probe, from its first vote to its last"
      : "training prompts that came at two steps or more, from their first vote to their last";
  return html`<p>${fates.prompts} ${which}: ${fates.learned} learned, ${fates.corrupted} corrupted.</p><div class="scroll"><table class="fates"><thead><tr><th></th><th scope="col">right after</th><th scope="col">wrong after</th></tr></thead><tbody><tr><th scope="row">right before</th>${cell(fates.stayedRight, "kept")}${cell(fates.corrupted, "bad")}</tr><tr><th scope="row">wrong before</th>${cell(fates.learned, "good")}${cell(fates.stayedWrong, "kept")}</tr></tbody></table></div>`;
}

const MATRIX_PROMPTS = 64;
const CELL = 12;

/** Rows are prompts, columns evaluations; a cell is filled where the majority changed, and hollow where there was none. */
export function probeMatrix({ probe }: Audit): SafeHtml | undefined {
  if (probe === null) return undefined;
  const rows = probe.majorities.slice(0, MATRIX_PROMPTS);
  const kind = (majorities: readonly (string | null)[], i: number, truth: string | null): string => {
    const own = majorities[i]!;
    if (own === null) return "none";
    const before = majorities.slice(0, i).findLast((other) => other !== null);
    const flipped = before !== undefined && before !== own;
    if (truth !== null) return `${own === truth ? "right" : "wrong"}${flipped ? " flipped" : ""}`;
    return flipped ? "flipped" : "same";
  };
  const { flips } = probe;
  return html`<h3>The probe: prompts that come back</h3><p>A row a prompt, a column an evaluation (steps ${probe.steps.join(", ")}). Green is right, red wrong, grey not known, hollow no majority; framed where the majority changed.${
    flips &&
    html` ${percent(flips.flippedShare)} of the prompts flipped lately; ${percent(flips.lockedAfterFlipShare)} are locked after a flip.`
  }</p><div class="scroll"><svg class="matrix" width="${probe.steps.length * CELL}" height="${rows.length * CELL}" role="img" aria-label="majorities of ${rows.length} probe prompts">${rows.map(
    ({ majorities, truth }, y) =>
      majorities.map(
        (_, x) =>
          html`<rect class="${kind(majorities, x, truth)}" x="${x * CELL + 1}" y="${y * CELL + 1}" width="${CELL - 2}" height="${CELL - 2}" rx="2"/>`,
      ),
  )}</svg></div>${
    probe.majorities.length > MATRIX_PROMPTS &&
    html`<p class="note">The first ${MATRIX_PROMPTS} of ${probe.majorities.length} prompts.</p>`
  }`;
}

export function exampleContent({ beforeAfter }: Audit): SafeHtml | undefined {
  if (beforeAfter.length === 0) return undefined;
  return html`<div class="votes">${beforeAfter.map(example)}</div>`;
}

const example = ({ prompt, before, after }: Example): SafeHtml =>
  html`<article class="vote"><header><code class="prompt">${prompt}</code>${chip(before.right, after.right)}</header>${side("before", before)}${side("after", after)}</article>`;

const side = (name: string, { step, majority, right, completion }: Example["before"]): SafeHtml =>
  html`<p class="truth">${name}, step ${step}: <code>${majority ?? "no majority"}</code>${right === true && html` <span class="tick" title="the true answer">✓</span>`}</p>${completion !== null && html`<pre>${completion}</pre>`}`;

function chip(before: boolean | null, after: boolean | null): SafeHtml | undefined {
  if (before === null || after === null) return undefined;
  if (before === after) return html`<span class="chip">${before ? "stayed right" : "stayed wrong"}</span>`;
  return after ? html`<span class="chip good">learned</span>` : html`<span class="chip bad">corrupted</span>`;
}

export function moverContent({ firstMovers, signs }: Audit): SafeHtml | undefined {
  if (firstMovers.length === 0 || signs.attractor === null) return undefined;
  return html`<p>The first prompts whose majority became <code>${signs.attractor.answer}</code>, which took over.</p><div class="scroll"><table><thead><tr><th scope="col">step</th><th scope="col">prompt</th><th scope="col">majority before</th></tr></thead><tbody>${firstMovers.map(
    ({ step, promptId, prompt, before }) =>
      html`<tr><td>${step}</td><td><code>${cut(prompt ?? promptId)}</code></td><td>${before === null ? MISSING : html`<code>${before}</code>`}</td></tr>`,
  )}</tbody></table></div>`;
}

const cut = (text: string): string =>
  [...text].length > 160 ? `${[...text].slice(0, 159).join("")}…` : text;
