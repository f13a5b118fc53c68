/** The collapse experiment: what prolonged self-training does on prompts that are too hard, with and without help. */
import {
  COLLAPSE_ARMS,
  type CollapseArm,
  type CollapseResult,
  type DemoReportData,
  PRIOR_SKILL,
} from "./demo-data.js";
import { MISSING, percent, plainNumber } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import { type ArmSeries, stepPlot } from "./metric-plots.js";
import { ARM_LABELS } from "./palette.js";
import { curve, firstValue, lastValue } from "./series.js";
import { collapseSentence } from "./verdict.js";
import { draw } from "./view/draw.js";
import { PlotGrid } from "./view/plot.js";

/** Metrics that show the collapse, the two that part first. */
const PLOTTED = ["agreement", "accuracy", "topShare", "hackingGap", "entropy", "unanimousShare"] as const;

/** The section's sentence, table and plots. */
export function collapseContent({ collapse, meta }: DemoReportData): SafeHtml {
  const arms: readonly ArmSeries[] = COLLAPSE_ARMS.map((arm) => ({
    label: ARM_LABELS[arm],
    arm,
    records: collapse[arm].series,
  }));
  return html`<p>The base of the first part, self-trained on prompts it cannot solve reliably (${meta.collapsePrompts}). ${collapseSentence(
    collapse.srt,
    collapse.mitigated,
    meta.mitigation,
  )}</p><p class="note">Agreement is the only thing that the reward sees: nothing in it tells a model that is right from a model that says the same to everything. Four-term accuracy is ${PRIOR_SKILL}; the curves are of the prompts that it trains on.</p>${changeTable(collapse, meta.mitigation)}${draw(
    PlotGrid,
    {
      specs: PLOTTED.map((name) => stepPlot(name, arms, { group: "collapse", whole: name !== "hackingGap" })),
    },
  )}`;
}

interface Change {
  readonly label: string;
  readonly start: string;
  readonly end: string;
}

function changes(result: CollapseResult): readonly Change[] {
  const first = (name: string): number | undefined => firstValue(curve(result.series, "step", name));
  const last = (name: string): number | undefined => lastValue(curve(result.series, "step", name));
  return [
    { label: "four-term accuracy", start: percent(result.accuracyStart), end: percent(result.accuracyEnd) },
    {
      label: "agreement",
      start: percent(result.agreementStart ?? first("agreement")),
      end: percent(result.agreementEnd),
    },
    {
      label: "commonest answer",
      start: percent(result.topShareStart ?? first("topShare")),
      end: percent(result.topShareEnd),
    },
    { label: "token entropy", start: plainNumber(first("entropy")), end: plainNumber(last("entropy")) },
    {
      label: "unanimous groups",
      start: percent(first("unanimousShare")),
      end: percent(last("unanimousShare")),
    },
  ];
}

/** Start → end of each arm; a column that neither arm logged is left out. */
function changeTable(collapse: Readonly<Record<CollapseArm, CollapseResult>>, mitigation: string): SafeHtml {
  const rows = COLLAPSE_ARMS.map((arm) => ({ arm, changes: changes(collapse[arm]) }));
  const columns = rows[0]!.changes.map((_, i) => rows.map((row) => row.changes[i]!));
  const logged = columns.filter((column) =>
    column.some(({ start, end }) => start !== MISSING || end !== MISSING),
  );
  return html`<table class="results changes"><thead><tr><th scope="col">arm</th>${logged.map(
    (column) => html`<th scope="col">${column[0]!.label}</th>`,
  )}</tr></thead><tbody>${rows.map(
    ({ arm }, row) =>
      html`<tr class="arm-${arm}"><th scope="row"><span class="name"><i class="swatch"></i>${ARM_LABELS[arm]}</span>${
        arm === "mitigated" && html`<small>${mitigation}</small>`
      }</th>${logged.map((column) => {
        const { label, start, end } = column[row]!;
        return html`<td data-label="${label}"><span>${start}<span class="arrow">→</span><b>${end}</b></span></td>`;
      })}</tr>`,
  )}</tbody></table>`;
}
