/** The gain experiment: final results of the four arms and what happened on the way. */
import { type ArmResult, DEMO_ARMS, type DemoArm, type DemoReportData } from "./demo-data.js";
import { html, type SafeHtml } from "./html.js";
import { type ArmSeries, evaluationPlot, pairPlot, REWARD_AND_TRUTH, stepPlot } from "./metric-plots.js";
import { ARM_LABELS } from "./palette.js";
import { draw } from "./view/draw.js";
import { PlotGrid } from "./view/plot.js";
import { type ResultRow, ResultTable } from "./view/result-table.js";

const NOTES: Readonly<Record<DemoArm, string>> = {
  base: "before any self-training",
  srt: "votes of the model as it learns",
  fixedTeacher: "votes of the base, cast once",
  groundTruth: "control: rewarded by true answers",
};

const resultRow = (arm: DemoArm, result: ArmResult): ResultRow => ({
  label: ARM_LABELS[arm],
  note: NOTES[arm],
  arm,
  cells: {
    mean: { value: result.mean, interval: result.meanCi },
    maj: { value: result.maj, interval: result.majCi },
    greedy: { value: result.greedy, interval: result.greedyCi },
    pass: result.pass === undefined ? undefined : { value: result.pass, interval: result.passCi },
  },
});

/** The table: arm × mean@k, maj@k, greedy, pass@k. */
export function gainTable({ arms, meta }: DemoReportData): SafeHtml {
  const k = meta.samples;
  return html`<p>${meta.evaluationPrompts} held-out prompts (${meta.gainPrompts}), ${k} samples each. Brackets and bars are 95% bootstrap intervals over prompts; the grey band is the base’s interval, so a bar that clears it differs by more than the choice of prompts explains.</p>${draw(
    ResultTable,
    {
      heading: "arm",
      columns: [
        { key: "mean", label: `mean@${k}`, drawn: true },
        { key: "maj", label: `maj@${k}`, drawn: true },
        { key: "greedy", label: "greedy", drawn: false },
        { key: "pass", label: `pass@${k}`, drawn: false },
      ],
      rows: DEMO_ARMS.map((arm) => resultRow(arm, arms[arm])),
    },
  )}`;
}

/** Curves of the trained arms; undefined where nothing was logged. */
export function gainCurves({ arms, series, meta }: DemoReportData): SafeHtml | undefined {
  const trained: readonly ArmSeries[] = (["srt", "fixedTeacher", "groundTruth"] as const).map((arm) => ({
    label: ARM_LABELS[arm],
    arm,
    records: series[arm],
  }));
  const k = meta.samples;
  const heldOut = draw(PlotGrid, {
    specs: [
      evaluationPlot("mean", `mean@${k} on held-out prompts`, trained, {
        group: "gain-eval",
        base: arms.base.mean,
      }),
      evaluationPlot("maj", `maj@${k} on held-out prompts`, trained, {
        group: "gain-eval",
        base: arms.base.maj,
      }),
    ],
  });
  const rewards = draw(PlotGrid, {
    specs: trained.map((arm) => pairPlot(arm, REWARD_AND_TRUTH, "gain-step")),
    perRow: "three",
  });
  const agreement = draw(PlotGrid, {
    specs: [
      stepPlot("agreement", trained, { group: "gain-step" }),
      stepPlot("labelAccuracy", trained, { group: "gain-step" }),
    ],
  });
  if (!heldOut && !rewards && !agreement) return undefined;
  return html`${heldOut}${rewards && html`<h3>Reward against true accuracy on the training prompts</h3>`}${rewards}${agreement && html`<h3>The votes</h3>`}${agreement}`;
}
