/** The words of progress, of the command line's and of `consoleObserver`'s; pure, so that tests read them as text. */

import type { Notice, TrainerEvent } from "../../run/observer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { duration, percent, plainNumber } from "../report/format.js";
import type { DownloadView, ProgressView } from "./state.js";

/** Shares worth a place on one line, in order: key of the record, label. */
type Shares = readonly (readonly [key: string, label: string])[];

const stepShares: Shares = [
  ["agreement", "agreement"],
  ["accuracy", "accuracy"],
  ["reward", "reward"],
  ["preferenceAccuracy", "preferred"],
  ["topShare", "top answer"],
  ["voteAccuracy", "vote accuracy"],
  ["votePairwiseAccuracy", "pairs"],
];

const evaluationShares: Shares = [
  ["mean", "mean"],
  ["maj", "maj"],
  ["pass", "pass"],
  ["greedy", "greedy"],
  ["bestOfN", "best of n"],
  ["weightedMaj", "weighted maj"],
  ["voteAccuracy", "vote accuracy"],
  ["votePairwiseAccuracy", "vote pairs"],
  ["trueAccuracy", "true accuracy"],
  ["truePairwiseAccuracy", "true pairs"],
  ["agreement", "agreement"],
  ["topShare", "top answer"],
];

const probeShares: Shares = [
  ["agreement", "agreement"],
  ["accuracy", "accuracy"],
  ["flipRate", "flipped"],
  ["lockedAfterFlipShare", "locked"],
  ["excessShare", "excess share"],
];

function finite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function shareWords({ metrics }: MetricRecord, shares: Shares): string[] {
  return shares.flatMap(([key, label]) => {
    const value = metrics[key];
    if (!finite(value)) return [];
    // A reward need not be a share.
    return [`${label} ${value >= 0 && value <= 1 ? percent(value) : plainNumber(value)}`];
  });
}

/** The share without an answer, where there is one: such rollouts never vote and are never paid. */
function unansweredWords({ metrics: { noAnswerShare } }: MetricRecord): string[] {
  return finite(noAnswerShare) && noAnswerShare > 0 ? [`no answer ${percent(noAnswerShare)}`] : [];
}

/** `agreement 71.0% · accuracy 64.0%`: what a step's record says at a glance; its speed last. */
export function metricWords(record: MetricRecord): string[] {
  const words = [...shareWords(record, stepShares), ...unansweredWords(record)];
  // A policy-gradient loss says nothing at a glance; a supervised one is all there is.
  const { loss } = record.metrics;
  if (words.length === 0 && finite(loss)) words.push(`loss ${plainNumber(loss)}`);
  const { tokensPerSecond } = record.time;
  return finite(tokensPerSecond) ? [...words, `${plainNumber(Math.round(tokensPerSecond))} tokens/s`] : words;
}

/** `mean 55.1% · maj 68.0%`: what an evaluation says at a glance. */
export const evaluationWords = (record: MetricRecord): string =>
  shareWords(record, evaluationShares).join(" · ");

/** `evaluation at step 20: mean 55.1% · maj 68.0%`: a measurement, as a line that stays. */
export function evaluationLine(record: MetricRecord): string {
  const [what, shares] = {
    probe: ["probe", probeShares] as const,
    validation: ["labelled prompts", evaluationShares] as const,
    eval: ["evaluation", evaluationShares] as const,
  }[record.kind as Exclude<MetricRecord["kind"], "step">];
  return `${what} at step ${record.step}: ${shareWords(record, shares).join(" · ")}`;
}

/** Control and direction characters that JSON leaves as they are: on a terminal they would act. */
const ACTING = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Text of a model or a file as data: quoted, and escaped so that it does nothing to the terminal. */
const asData = (value: unknown): string =>
  (JSON.stringify(value) ?? String(value)).replace(
    ACTING,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** `note[no-answers]: …`, with what was found, what was expected and the remedy on labelled lines as an error has them. */
export function noticeText({ code, message, found, expected, remedy }: Notice): string {
  const line = (label: string, value: string | undefined) =>
    value === undefined ? [] : [`  ${label.padEnd(8)}  ${value}`];
  return [
    `note[${code}]: ${message}`,
    ...line("found", found === undefined ? undefined : asData(found)),
    ...line("expected", expected),
    ...line("remedy", remedy),
  ].join("\n");
}

/** The line of an event that is said at once and stays: a notice, an evaluation. Null for all others. */
export function lastingLine(event: TrainerEvent): string | null {
  if (event.type === "notice") return noticeText(event);
  return event.type === "record" && event.record.kind !== "step" ? evaluationLine(event.record) : null;
}

export function timeLeft(seconds: number | null): string {
  return seconds === null
    ? ""
    : `${duration(seconds < 60 ? Math.ceil(seconds) : seconds).replace(".0 s", " s")} left`;
}

function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return size < 10 ? size.toFixed(1) : Math.round(size).toLocaleString("en-US");
}

/** `120/980 MB`, `12.3 MB/s`, `1 min 10 s left`. */
export function downloadWords({ bytes, totalBytes, bytesPerSecond, secondsLeft }: DownloadView): string[] {
  return [
    `${megabytes(bytes)}/${megabytes(totalBytes)} MB`,
    bytesPerSecond === null ? "" : `${megabytes(bytesPerSecond)} MB/s`,
    timeLeft(secondsLeft),
  ].filter((word) => word !== "");
}

/** One plain line, for a log file: `train step 42/100 (42%), sample 61%, 1 min 12 s left: agreement 71.0% · …`. */
export function logLine(view: ProgressView): string {
  if (view.download !== null) {
    const { repo, file, index, files } = view.download;
    const words = downloadWords(view.download).join(", ");
    return `${view.title}: downloading ${repo}, ${file} (file ${index} of ${files}), ${words}`;
  }
  const where = [
    ...(view.steps > 0
      ? [`step ${view.step}/${view.steps} (${Math.floor((100 * view.step) / view.steps)}%)`]
      : []),
    ...(view.phase === null
      ? []
      : [view.phaseShare === null ? view.phase : `${view.phase} ${Math.floor(100 * view.phaseShare)}%`]),
    timeLeft(view.secondsLeft),
  ].filter((word) => word !== "");
  const metrics = view.record === null ? [] : metricWords(view.record);
  return `${view.title}: ${where.join(", ")}${metrics.length > 0 ? ` | ${metrics.join(" · ")}` : ""}`;
}
