/**
 * Every metric that is ever written, with what it means and where it goes in a healthy run: for reports, and for the reference. What is
 * written and not here fails a test. Definitions follow section "bias of the proxy" of the SRT analysis (arXiv 2505.21444).
 */
import { answerMetrics } from "./answers.js";
import { evaluationMetrics } from "./evaluation.js";
import { labelMetricSection } from "./labels.js";
import type { Metric, MetricSection } from "./metric.js";
import { offlineMetrics } from "./offline.js";
import { probeMetricSection } from "./probe.js";
import { rejectionMetrics } from "./rejection.js";
import { rewardModelMetrics } from "./reward-model.js";
import { signalMetrics } from "./signals.js";
import { updateMetrics } from "./update.js";

export type { Healthy, Metric, MetricSection, Unit } from "./metric.js";

export const METRIC_SECTIONS: readonly MetricSection[] = [
  evaluationMetrics,
  signalMetrics,
  answerMetrics,
  probeMetricSection,
  labelMetricSection,
  updateMetrics,
  rejectionMetrics,
  offlineMetrics,
  rewardModelMetrics,
];

export const METRICS: Readonly<Record<string, Metric>> = Object.assign(
  {},
  ...METRIC_SECTIONS.map(({ metrics }) => metrics),
);

/** Ends of the 95% bootstrap interval of an evaluation's metric: `meanLow`, `meanHigh`. */
export const INTERVAL_ENDS = ["Low", "High"] as const;

/** What `time` of a line says. It is no metric: it differs from machine to machine, and no two runs are compared by it. */
export const TIMES: Readonly<Record<string, string>> = {
  seconds: "Seconds of the step, or of the evaluation.",
  sampleSeconds: "Seconds of them that sampling took.",
  tokensPerSecond: "Tokens of the step by its seconds.",
  monitorSeconds:
    "Seconds on top of the step that monitoring took: the figures of this line, and judging the step before.",
};

/** The metric as catalogued, or undefined. An end of an interval is described by its metric. */
export function metricNamed(name: string): Metric | undefined {
  const base = name.replace(/(Low|High)$/, "");
  return Object.hasOwn(METRICS, base) ? METRICS[base] : undefined;
}

/** Known metrics as catalogued, others under their own name. */
export const metricInfo = (name: string): Metric =>
  metricNamed(name) ?? { title: name, help: "", unit: "number", healthy: "context" };
