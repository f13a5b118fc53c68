/** Names of series: a metric of the steps, `topShare`, or one of another kind of line, `eval.mean`. */

import { evaluationMetrics } from "../core/monitor/catalogue/evaluation.js";
import { INTERVAL_ENDS, METRIC_SECTIONS, type MetricSection } from "../core/monitor/catalogue/index.js";
import { labelMetricSection } from "../core/monitor/catalogue/labels.js";
import { offlineMetrics } from "../core/monitor/catalogue/offline.js";
import { rejectionMetrics } from "../core/monitor/catalogue/rejection.js";
import { rewardModelMetrics } from "../core/monitor/catalogue/reward-model.js";
import { nearest } from "./suggest.js";

/** Kinds of the lines of `metrics.jsonl`. */
export const SERIES_KINDS = ["step", "eval", "validation", "probe"] as const;
export type SeriesKind = (typeof SERIES_KINDS)[number];

export interface Series {
  readonly kind: SeriesKind;
  readonly metric: string;
}

/** `topShare` and `step.topShare` are one series. */
export function parseSeries(name: string): Series {
  const dot = name.indexOf(".");
  const kind = SERIES_KINDS.find((own) => own === name.slice(0, Math.max(0, dot)));
  return kind === undefined ? { kind: "step", metric: name } : { kind, metric: name.slice(dot + 1) };
}

/** As they are written: steps without their kind. */
export const seriesName = ({ kind, metric }: Series): string =>
  kind === "step" ? metric : `${kind}.${metric}`;

const numbersIn = (sections: readonly MetricSection[]): string[] =>
  sections.flatMap(({ metrics }) =>
    Object.entries(metrics).flatMap(([name, { unit }]) => (unit === "text" ? [] : [name])),
  );

/** Sections of the probe alone; its lines have figures of the steps beside them. */
const ofProbe = METRIC_SECTIONS.filter(({ written }) => written.startsWith("Lines of kind `probe`"));
/** Sections of lines that no training run writes as a step, or at all. */
const ELSEWHERE: readonly MetricSection[] = [
  evaluationMetrics,
  offlineMetrics,
  rewardModelMetrics,
  ...ofProbe,
];
const ofSteps = numbersIn(METRIC_SECTIONS.filter((section) => !ELSEWHERE.includes(section)));

/** Figures of an evaluation that need no answer. */
const UNLABELLED: readonly string[] = ["agreement", "topShare"];

const measured = [
  ...numbersIn([evaluationMetrics]).flatMap((name) => [name, ...INTERVAL_ENDS.map((end) => name + end)]),
  ...UNLABELLED,
];

const KNOWN: Readonly<Record<SeriesKind, readonly string[]>> = {
  step: ofSteps,
  eval: measured,
  validation: measured,
  probe: [...numbersIn(ofProbe), ...ofSteps],
};

/** Whether a run may write it. */
export const isSeries = ({ kind, metric }: Series): boolean => KNOWN[kind].includes(metric);

/** The known names that are nearest to one that is none. */
export function likeSeries(name: string): string[] {
  const { kind, metric } = parseSeries(name);
  const own = nearest(metric, KNOWN[kind]).map((near) => seriesName({ kind, metric: near }));
  if (own.length > 0) return own;
  const all = SERIES_KINDS.flatMap((of) => KNOWN[of].map((near) => seriesName({ kind: of, metric: near })));
  return nearest(name, all);
}

/** Whether it is known only where there are true answers. */
export const needsAnswers = ({ kind, metric }: Series): boolean =>
  kind === "step" && Object.hasOwn(labelMetricSection.metrics, metric);

/** Whether only a run that rejects groups writes it. */
export const needsRejection = ({ kind, metric }: Series): boolean =>
  kind === "step" && Object.hasOwn(rejectionMetrics.metrics, metric);

/** Whether true answers go into it, where there are any. */
export const readsAnswers = (series: Series): boolean =>
  needsAnswers(series) ||
  ((series.kind === "eval" || series.kind === "validation") && !UNLABELLED.includes(series.metric));
