/** The second experiment: a base that knows two ways to answer, and what self-training makes of the choice. */
import type { ArmResult, DemoReportData } from "./demo-data.js";
import { html, type SafeHtml } from "./html.js";
import { stepPlot } from "./metric-plots.js";
import { ARM_LABELS } from "./palette.js";
import { riseSentence, waysSentences } from "./verdict.js";
import { draw } from "./view/draw.js";
import { PlotGrid } from "./view/plot.js";
import { type ResultRow, ResultTable } from "./view/result-table.js";

/** Metrics of the steps that show the choice: completions grow, and the labels become right. */
const PLOTTED = ["meanLength", "accuracy", "labelAccuracy"] as const;

const resultRow = (arm: "base" | "srt", note: string, result: ArmResult): ResultRow => ({
  label: ARM_LABELS[arm],
  note,
  arm,
  cells: {
    mean: { value: result.mean, interval: result.meanCi },
    maj: { value: result.maj, interval: result.majCi },
    greedy: { value: result.greedy, interval: result.greedyCi },
  },
});

/** The section's sentences, table and plots. */
export function twoWaysContent({ twoWays, meta }: DemoReportData): SafeHtml {
  const { base, srt, ways, series } = twoWays;
  const k = meta.samples;
  return html`<p>Another base learned two ways to add: half of what it was taught writes the steps out, half states the answer at once (${meta.twoWaysPrompts}). ${riseSentence(
    base,
    srt,
  )}</p><p>${waysSentences(ways).join(" ")}</p><p class="note">Sharpening alone brings single samples up to the majority and leaves the majority where it was. A choice between two ways can move both. The reward sees agreement and nothing else: where guesses agree as well, the same loop may choose those.</p>${draw(
    ResultTable,
    {
      heading: "arm",
      columns: [
        { key: "mean", label: `mean@${k}`, drawn: true },
        { key: "maj", label: `maj@${k}`, drawn: true },
        { key: "greedy", label: "greedy", drawn: true },
      ],
      rows: [
        resultRow("base", "knows both ways", base),
        resultRow("srt", "votes of the model as it learns", srt),
      ],
    },
  )}${draw(PlotGrid, {
    specs: PLOTTED.map((name) =>
      stepPlot(name, [{ label: ARM_LABELS.srt, arm: "srt", records: series }], {
        group: "two-ways",
        whole: true,
      }),
    ),
    perRow: "three",
  })}`;
}
