/** What a run measured of its model, before and after, with intervals, and what in it warns. */
import type { MetricRecord } from "../../run/run-directory.js";
import type { TrainedBy } from "./trained-by.js";

/** Rows of the table: key of the metric, and its name for k samples. */
const ROWS: readonly (readonly [string, (k: unknown) => string])[] = [
  ["mean", (k) => `accuracy, mean of ${k} samples`],
  ["maj", (k) => `accuracy of the majority of ${k}`],
  ["pass", (k) => `any of ${k} right`],
  ["greedy", () => "accuracy, greedy"],
  ["agreement", () => "agreement of the samples"],
  ["topShare", () => "share of the commonest answer"],
];

/** The same of a reward model. */
const SCORE_ROWS: typeof ROWS = [
  ["voteAccuracy", () => "accuracy against the majority"],
  ["voteAuc", () => "AUC against the majority"],
  ["trueAccuracy", () => "accuracy against true answers"],
  ["trueAuc", () => "AUC against true answers"],
];

const number = (record: MetricRecord | null, key: string): number | null => {
  const value = record?.metrics[key];
  return typeof value === "number" ? value : null;
};
const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

function cell(record: MetricRecord | null, key: string): string {
  const value = number(record, key);
  if (value === null) return "–";
  const [low, high] = [number(record, `${key}Low`), number(record, `${key}High`)];
  return low === null || high === null
    ? percent(value)
    : `${percent(value)} (${percent(low)} to ${percent(high)})`;
}

export function evaluationSection({ kind, before, after, config, step }: TrainedBy): string {
  const measured = after ?? before;
  if (measured === null) return "## Evaluation\n\nThe run measured nothing.";
  const { prompts, samples } = measured.metrics;
  const temperature = (config.evaluation as { temperature?: number } | undefined)?.temperature ?? 1;
  const columns = [
    ...(before ? [{ title: `step ${before.step}`, record: before }] : []),
    ...(after ? [{ title: `step ${after.step}`, record: after }] : []),
  ];
  const known = (kind === "reward-model" ? SCORE_ROWS : ROWS).filter(([key]) =>
    columns.some(({ record }) => number(record, key) !== null),
  );
  const table = [
    `| | ${columns.map(({ title }) => title).join(" | ")} |`,
    `|---|${columns.map(() => "---|").join("")}`,
    ...known.map(
      ([key, name]) => `| ${name(samples)} | ${columns.map(({ record }) => cell(record, key)).join(" | ")} |`,
    ),
  ].join("\n");
  const which =
    config.testTime === true ? "prompts, the very ones that it was trained on," : "held-out prompts,";
  const sampled = `On ${prompts} ${which} ${samples} samples each at temperature ${temperature}; in brackets 95% bootstrap intervals over prompts.`;
  const how = kind === "reward-model" ? "On completions of held-out prompts." : sampled;
  const own = measured.step === step;
  const missing = own ? [] : [`The exported checkpoint, of step ${step}, was not measured.`];
  return ["## Evaluation", how, table, ...missing, ...warnings(before, after)].join("\n\n");
}

/** Signs that the model may have become surer and not better. */
function warnings(before: MetricRecord | null, after: MetricRecord | null): string[] {
  const [from, to] = [number(before, "agreement"), number(after, "agreement")];
  if (from === null || to === null || to <= from) return [];
  const rose = `Agreement rose from ${percent(from)} to ${percent(to)}`;
  const [was, is] = [number(before, "mean"), number(after, "mean")];
  if (was === null || is === null)
    return [`**Warning.** ${rose}, and accuracy is not known. Agreement can rise while accuracy falls.`];
  if (is < was)
    return [
      `**Warning.** ${rose}, while accuracy went from ${percent(was)} to ${percent(is)}: a sign of collapse.`,
    ];
  return [];
}
