/** The live block of a terminal: bars, and words cut to its width; pure, so that tests read it as text. */
import { downloadWords, metricWords, timeLeft } from "../../apps/progress/lines.js";
import { sparkline } from "../../apps/progress/sparkline.js";
import { type ProgressView, WATCHED } from "../../apps/progress/state.js";
import { percent } from "../../apps/report/format.js";
import type { Paint } from "../style.js";

export function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return "━".repeat(full) + "╌".repeat(width - full);
}

/** Cuts a plain text to a width, with an ellipsis where something is lost. */
export function clip(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** The live block, at most five lines, each at most `width` columns: the run, the phase within it, the metrics, their course, and alarms. */
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
  const course = courseOf(view, width);
  if (course !== "") lines.push(paint("cyan", course));
  if (view.alarms !== null) {
    const { count, latest } = view.alarms;
    lines.push(
      paint("yellow", clip(`  ${count} ${count === 1 ? "alarm" : "alarms"}, the last: ${latest}`, width)),
    );
  }
  return lines;
}

/** Steps that a course needs to be one. */
const LEAST_STEPS = 3;
const WIDEST = 24;

/** `  agreement 55.0% ▁▂▃▅▇█ 71.0%   accuracy …`: those that there is room for; nothing of the first steps. */
function courseOf({ series }: ProgressView, width: number): string {
  const shown = WATCHED.filter((name) => series[name].length >= LEAST_STEPS);
  const room = Math.min(WIDEST, Math.floor((width - 2) / shown.length) - OTHER_COLUMNS);
  if (shown.length === 0 || room < LEAST_STEPS) return "";
  const courses = shown.map((name) => {
    const values = series[name];
    return `${name} ${percent(values[0]!)} ${sparkline(values, room)} ${percent(values.at(-1)!)}`;
  });
  return `  ${courses.join("   ")}`;
}

/** Of a course, beside the sparkline: a name, two shares, and blanks. */
const OTHER_COLUMNS = "agreement 100.0%  100.0%   ".length;
