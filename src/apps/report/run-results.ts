/** Held-out results of runs: the first and the last evaluation of each. */
import type { MetricRecord } from "../../run/run-directory.js";
import type { Interval } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import type { ArmSeries } from "./metric-plots.js";
import type { RunData } from "./run-data.js";
import { finiteMetric } from "./series.js";
import type { MeanAccuracy } from "./verdict.js";
import { draw } from "./view/draw.js";
import { type ResultCell, type ResultRow, ResultTable } from "./view/result-table.js";

const METRICS = ["mean", "maj", "greedy", "pass"] as const;

/** A run's training as the subject of a sentence. */
export function rewardName(run: RunData): string {
  const names: Readonly<Record<string, string>> = {
    majority: "Self-training",
    "fixed-teacher": "Training on the fixed teacher’s labels",
    "ground-truth": "Training on true answers",
  };
  const objectives: Readonly<Record<string, string>> = {
    sft: "SFT on majority answers",
    dpo: "DPO on majority answers",
    scpo: "ScPO",
  };
  const { reward, objective } = run.config;
  return names[String(reward)] ?? objectives[String(objective)] ?? "Training";
}

/** Mean accuracy of an evaluation; undefined where labels were not known. */
export function meanAccuracy(record: MetricRecord): MeanAccuracy | undefined {
  const cell = metricCell(record, "mean");
  return cell?.interval && { mean: cell.value, meanCi: cell.interval };
}

/** Rows of the first and the last evaluation of each run; one row where a run has one. */
export function evaluationRows(runs: readonly RunData[], series: readonly ArmSeries[]): readonly ResultRow[] {
  return runs.flatMap((run, i) => {
    const evaluations = run.records.filter(({ kind }) => kind === "eval");
    const [first, last] = [evaluations[0], evaluations.at(-1)];
    if (!first || !last) return [];
    const row = (record: MetricRecord, arm: ResultRow["arm"]): ResultRow => ({
      label: run.name,
      note: `step ${record.step}`,
      arm,
      cells: Object.fromEntries(METRICS.map((name) => [name, metricCell(record, name)])),
    });
    const end = row(last, series[i]!.arm);
    return first === last ? [end] : [row(first, "base"), end];
  });
}

/** The table, with the first row as reference; undefined where no evaluation has a known metric. */
export function evaluationTable(rows: readonly ResultRow[]): SafeHtml | undefined {
  if (!rows.some(({ cells }) => METRICS.some((name) => cells[name]))) return undefined;
  return html`<p>Brackets and bars are 95% bootstrap intervals over prompts; the grey band is the interval of the first row.</p>${draw(
    ResultTable,
    {
      heading: "run",
      columns: [
        { key: "mean", label: "mean@k", drawn: true },
        { key: "maj", label: "maj@k", drawn: true },
        { key: "greedy", label: "greedy", drawn: false },
        { key: "pass", label: "pass@k", drawn: false },
      ],
      rows,
    },
  )}`;
}

function metricCell(record: MetricRecord, name: string): ResultCell | undefined {
  const value = finiteMetric(record, name);
  const [low, high] = [finiteMetric(record, `${name}Low`), finiteMetric(record, `${name}High`)];
  if (value === null) return undefined;
  const interval: Interval | undefined = low === null || high === null ? undefined : [low, high];
  return { value, interval };
}
