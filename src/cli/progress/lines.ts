/** The words and bars of a progress display; pure, so that tests read them as text. */

import { duration, percent, plainNumber } from "../../apps/report/format.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { Paint } from "../style.js";
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

/** `agreement 71.0% · accuracy 64.0%`: what a step's record says at a glance; its speed last. */
export function metricWords(record: MetricRecord): string[] {
  const words = shareWords(record, stepShares);
  // A policy-gradient loss says nothing at a glance; a supervised one is all there is.
  const { loss } = record.metrics;
  if (words.length === 0 && finite(loss)) words.push(`loss ${plainNumber(loss)}`);
  const { tokensPerSecond } = record.time;
  return finite(tokensPerSecond) ? [...words, `${plainNumber(Math.round(tokensPerSecond))} tokens/s`] : words;
}

/** `step 20: mean 55.1% · maj 68.0%`: an evaluation, as a line that stays. */
export function evaluationLine(record: MetricRecord): string {
  const what = record.kind === "validation" ? "labelled prompts" : "evaluation";
  return `${what} at step ${record.step}: ${shareWords(record, evaluationShares).join(" · ")}`;
}

export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "━".repeat(full) + "╌".repeat(width - full);
}

/** Cuts a plain text to a width, with an ellipsis where something is lost. */
export function clip(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

function timeLeft(seconds: number | null): string {
  return seconds === null
    ? ""
    : `${duration(seconds < 60 ? Math.ceil(seconds) : seconds).replace(".0 s", " s")} left`;
}

function megabytes(bytes: number): string {
  const size = bytes / 1e6;
  return size < 10 ? size.toFixed(1) : Math.round(size).toLocaleString("en-US");
}

/** `120/980 MB`, `12.3 MB/s`, `1 min 10 s left`. */
function downloadWords({ bytes, totalBytes, bytesPerSecond, secondsLeft }: DownloadView): string[] {
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

/** The live block, at most three lines, each at most `width` columns: the run, the phase within it, the metrics. */
export function liveLines(view: ProgressView, width: number, paint: Paint): string[] {
  const name = view.title.padEnd(10);
  const barWidth = Math.max(8, Math.min(40, width - 50));
  const row = (label: string, share: number, colour: "green" | "cyan", words: string): string => {
    if (width < 30) return clip(`${label.trimEnd()} ${words}`, width);
    const head = clip(label, Math.max(0, width - barWidth - 2));
    return `${head} ${paint(colour, bar(share, barWidth))} ${clip(words, width - [...head].length - barWidth - 2)}`;
  };
  if (view.download !== null) {
    const { file, index, files, bytes, totalBytes } = view.download;
    const share = totalBytes > 0 ? bytes / totalBytes : 1;
    const words = [`${index}/${files}`, ...downloadWords(view.download), file];
    return [row("download".padEnd(10), share, "cyan", words.join("  "))];
  }
  const lines: string[] = [];
  if (view.steps > 0) {
    const share = view.step / view.steps;
    const words = [`${view.step}/${view.steps}`, `${Math.floor(100 * share)}%`, timeLeft(view.secondsLeft)];
    lines.push(row(name, share, "green", words.filter((word) => word !== "").join("  ")));
  }
  if (view.phase !== null) {
    const label = view.steps > 0 ? `  ${view.phase}`.padEnd(10) : `${view.title} ${view.phase}`.padEnd(10);
    if (view.phaseShare === null) lines.push(clip(label, width));
    else lines.push(row(label, view.phaseShare, "cyan", `${Math.floor(100 * view.phaseShare)}%`));
  }
  if (lines.length === 0) lines.push(clip(view.title, width));
  if (view.record !== null) lines.push(paint("dim", clip(`  ${metricWords(view.record).join("  ")}`, width)));
  return lines;
}
