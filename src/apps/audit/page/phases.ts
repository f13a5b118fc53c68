/** The ribbon of phases, and in words from which step to which. */
import { html, type SafeHtml } from "../../report/html.js";
import type { Audit } from "../audit-result.js";
import { phaseStretches, ribbonCells } from "../ribbon.js";

const CELLS = 240;
const HEIGHT = 18;

const MEANING = {
  improving: "accuracy rises",
  saturated: "neither reward nor accuracy moves",
  hacking: "the reward rises while accuracy falls",
  collapsed:
    "accuracy is below where it began by 5 points and two standard errors, or most agreement has come to need no prompt",
  recovering: "accuracy rises after it was lost",
  undecided: "none of the others beyond chance",
} as const;

export function phaseRibbon({ phases, steps }: Audit): SafeHtml {
  const cells = ribbonCells(phases.spans, steps, CELLS);
  const width = 1000 / cells.length;
  // One rectangle a stretch: between two of the same colour a seam would show.
  const starts = cells.flatMap((phase, i) => (phase === cells[i - 1] ? [] : [i]));
  const label = phaseStretches(phases.spans)
    .map(({ phase, stretches }) => `${phase} at steps ${stretches.join(", ")}`)
    .join("; ");
  return html`<svg class="ribbon" viewBox="0 0 1000 ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${label}">${starts.map(
    (at, i) =>
      html`<rect class="phase-${cells[at]!}" x="${round(at * width)}" width="${round(((starts[i + 1] ?? cells.length) - at) * width)}" height="${HEIGHT}"/>`,
  )}</svg><div class="ribbon-ends"><span>step ${steps[0]!}</span><span>step ${steps.at(-1)!}</span></div>`;
}

export function phaseList({ phases }: Audit): SafeHtml {
  const meaning = (phase: keyof typeof MEANING) =>
    phase === "collapsed" && !phases.labelled
      ? "most agreement has come to need no prompt (φ above ½)"
      : MEANING[phase];
  return html`<ul class="phase-list">${phaseStretches(phases.spans).map(
    ({ phase, stretches }) =>
      html`<li><svg class="mark" viewBox="0 0 10 10" aria-hidden="true"><rect class="phase-${phase}" width="10" height="10" rx="2"/></svg><span><b>${phase}</b> ${shown(stretches)} <span class="note">${meaning(phase)}</span></span></li>`,
  )}</ul><p class="note">Slopes and levels over ${phases.window} steps, with 95% intervals from a bootstrap over prompts.</p>`;
}

const MOST = 6;
const shown = (stretches: readonly string[]): string =>
  stretches.length > MOST
    ? `${stretches.slice(0, MOST).join(", ")} and ${stretches.length - MOST} more`
    : stretches.join(", ");
const round = (value: number): number => Math.round(100 * value) / 100;
