/**
 * Whether a run ended as one that destroyed its model, or learned nothing: which monitors of the default set are in alarm at its end, and whether
 * there are still answers. Needs no label, and cannot prove it: what was lost shows in accuracy alone.
 */
import { DEFAULT_MONITORS } from "../../config/monitor-defaults.js";
import { parseSeries } from "../../config/monitor-series.js";
import { metricInfo } from "../../core/monitor/catalogue/index.js";
import type { Notice } from "../../run/observer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { type MonitoredConfig, monitoringOf } from "../monitors/monitoring.js";
import { type StagedConfig, stepsOfStage } from "./stages.js";

/** Share of completions without an answer at the end that is a sign by itself. */
const MOST = 0.5;
/** Agreement on held-out prompts at the end that is next to nothing. */
const NOTHING = 0.05;

/** A figure at the start and at the end; null where it was not measured. */
export type Change = readonly [first: number | null, last: number | null];

/** A monitor that is in alarm. */
export interface Sign {
  readonly monitor: string;
  /** What it watches, of several the one that decided: `disconnectedShare` of the steps, `probe.sequenceKl` of the probe. */
  readonly series: string;
  readonly value: number | null;
  readonly bound: number | null;
}

/** Signs at the end of a run. */
export interface RunSigns {
  /** `no-answers`: most completions have none; `collapse`: the model begins to say the same to every prompt. */
  readonly kind: "no-answers" | "collapse";
  /** One sentence with the figures. */
  readonly sentence: string;
  /** The last step that was judged. */
  readonly step: number;
  /** Last step without a sign of collapse before the signs that last until the end; null where only the probe shows one. */
  readonly healthy: number | null;
  /** Monitors of the default set that are in alarm. */
  readonly signals: readonly Sign[];
  /** Of the training steps. */
  readonly topShare: Change;
  readonly agreement: Change;
  readonly noAnswerShare: Change;
  /** Of the evaluations; absent where there are no two. */
  readonly heldOut?: { readonly topShare: Change; readonly agreement: Change };
}

const percent = (share: number | null) => (share === null ? "unknown" : `${(100 * share).toFixed(1)}%`);

const figure = (record: MetricRecord, name: string): number | null => {
  const value = record.metrics[name];
  return typeof value === "number" ? value : null;
};

/**
 * The signs of the policy that a run has or ended with, by the monitors that its configuration leaves on. `policy` is the step that the run went
 * back to, if it did: what came after is no part of what it hands over.
 */
export function signsOf(
  config: MonitoredConfig & StagedConfig,
  records: readonly MetricRecord[],
  policy: number | null = null,
): RunSigns | null {
  // A step's signals are of the policy that it began with; the last evaluation is of the one that was restored.
  const judged = records.filter(
    ({ step, metrics }) => policy === null || step <= policy + 1 || "restoredStep" in metrics,
  );
  const last = Math.max(0, ...judged.flatMap(({ kind, step }) => (kind === "step" ? [step] : [])));
  const steps = stepsOfStage(config, judged, last);
  const [begin, end] = [steps[0], steps.at(-1)];
  if (!begin || !end) return null;
  const change = (
    name: string,
    [first, final]: readonly [MetricRecord, MetricRecord] = [begin, end],
  ): Change => [figure(first, name), figure(final, name)];
  const monitoring = monitoringOf(config, judged);
  const signals = monitoring.inAlarm.flatMap(({ monitor: { name, series }, standing }): Sign[] => {
    if (!Object.hasOwn(DEFAULT_MONITORS, name)) return [];
    const { value = null, bound = null, evidence } = standing ?? {};
    return [{ monitor: name, series: series[evidence?.member ?? 0]!, value, bound }];
  });
  const inSteps = signals.filter(({ series }) => parseSeries(series).kind === "step");
  const evaluations = records.filter(({ kind }) => kind === "eval");
  const ends = evaluations.length > 1 ? ([evaluations[0]!, evaluations.at(-1)!] as const) : undefined;
  const heldOut = ends && { topShare: change("topShare", ends), agreement: change("agreement", ends) };

  const noAnswerShare = change("noAnswerShare");
  const figures = {
    step: last,
    healthy: inSteps.length > 0 ? monitoring.healthy(inSteps.map(({ monitor }) => monitor)) : null,
    signals,
    topShare: change("topShare"),
    agreement: change("agreement"),
    noAnswerShare,
    ...(heldOut && { heldOut }),
  };
  const silent = (noAnswerShare[1] ?? 0) > MOST || (heldOut?.agreement[1] ?? 1) < NOTHING;
  if (silent) return { kind: "no-answers", sentence: silenceOf(figures), ...figures };
  if (signals.length > 0) return { kind: "collapse", sentence: collapseOf(figures), ...figures };
  return null;
}

type Figures = Omit<RunSigns, "kind" | "sentence">;

function silenceOf({ step, noAnswerShare: [first, last], heldOut }: Figures): string {
  const evaluated = heldOut
    ? `; agreement on held-out prompts went from ${percent(heldOut.agreement[0])} to ${percent(heldOut.agreement[1])}`
    : "";
  const change =
    step === 1
      ? `${percent(last)} of the completions are without`
      : `completions without an answer went from ${percent(first)} at the first step to ${percent(last)} at the last`;
  const share = `${change}${evaluated}`;
  return (first ?? 0) > MOST
    ? `Most completions have no answer, and nothing can be learned from those: ${share}.`
    : `The model hardly answers any more: ${share}.`;
}

/** A series in words, without its unit. */
const wordsOf = (series: string): string =>
  metricInfo(parseSeries(series).metric)
    .title.replace(/ \(.*\)$/, "")
    .replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase());

function collapseOf({ topShare: shares, agreement: agreements, signals }: Figures): string {
  const others = signals.map(({ series, value, bound }) =>
    value === null || bound === null
      ? wordsOf(series)
      : `${wordsOf(series)} ${value.toFixed(2)}, bound ${bound.toFixed(2)}`,
  );
  return `Signs of collapse: the commonest answer went from ${percent(shares[0])} to ${percent(shares[1])} of all answers in training, and agreement from ${percent(agreements[0])} to ${percent(agreements[1])} (${others.join("; ")}).`;
}

/** What is said of them at the end of a run. */
export function signsNotice(signs: RunSigns): Notice {
  const { kind, sentence, healthy, step, noAnswerShare } = signs;
  const before = healthy === null || healthy === step ? "" : `; step ${healthy} was the last without a sign`;
  const meaning = kind === "collapse" ? "; a model that says the same to everything agrees with itself" : "";
  return {
    code: "signs-of-collapse",
    message: `${sentence.replace(/\.$/, "")}${before}${meaning}`,
    remedy:
      kind === "no-answers"
        ? (noAnswerShare[0] ?? 0) > MOST
          ? "look at completions (selftrain generate), then see --rules, --instruction and --max-new-tokens: docs/concepts/answers.md"
          : "lower --learning-rate, or take an earlier checkpoint; selftrain generate shows what the model says now"
        : "measure it on prompts with answers (selftrain eval) before you use it; a lower --learning-rate, --monitors default=restore-best, or an easier subset: docs/how-to/monitors.md",
  };
}
