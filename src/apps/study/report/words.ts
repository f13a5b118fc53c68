/** How the results of a study read, on a terminal, on its page and in its Markdown. */
import type { Rule } from "../../../config/study-measures.js";
import { MISSING, percent, plainNumber, points } from "../../report/format.js";
import type { Interval } from "../figures/measure.js";
import type { StudyMeasure, StudyResults, StudyRunResult } from "../results.js";
import type { JudgedPrediction, JudgedRule } from "../verdict.js";

type Scale = Pick<StudyMeasure, "unit" | "difference">;

/** A number with its sign where it is a difference; shares as percentages, their differences as points. */
export function valueText({ unit, difference }: Scale, value: number | null): string {
  if (value === null) return MISSING;
  if (unit === "share") return difference ? points(value) : percent(value).replace("-", "−");
  const text = plainNumber(Math.abs(value));
  return value < 0 ? `−${text}` : difference ? `+${text}` : text;
}

/** `[+1.2, +3.4]`: a percentage has its sign at the value alone. */
export function intervalText(scale: Scale, interval: Interval | null): string {
  if (interval === null) return MISSING;
  return `[${interval.map((end) => valueText(scale, end).replace("%", "")).join(", ")}]`;
}

/** Of a share, `points` follow a difference. */
export const unitWord = ({ unit, difference }: Scale): string =>
  unit === "share" && difference ? "points" : "";

/** As the file has it, but for shares. */
function boundText(scale: Scale, bound: number): string {
  if (bound === 0) return "0";
  if (scale.unit !== "share") return String(bound).replace("-", "−");
  return `${valueText(scale, bound)}${unitWord(scale) && ` ${unitWord(scale)}`}`;
}

/** `above 0`. */
export function ruleText(scale: Scale, { above, below, within }: Rule): string {
  if (above !== undefined) return `above ${boundText(scale, above)}`;
  if (below !== undefined) return `below ${boundText(scale, below)}`;
  return `between ${boundText(scale, within![0]!)} and ${boundText(scale, within![1]!)}`;
}

/** `Gain of SRT above 0: +4.2 [+1.0, +7.4] points`. */
export function judgedText(measures: readonly StudyMeasure[], { rule, why }: JudgedRule): string {
  const measure = measures.find(({ name }) => name === rule.measure)!;
  const unit = unitWord(measure);
  const value = `${valueText(measure, measure.mean)} ${intervalText(measure, measure.interval)}`;
  return `${measure.title} ${ruleText(measure, rule)}: ${why ?? `${value}${unit && ` ${unit}`}`}`;
}

/** `2 predictions: 1 agrees, 1 undecided`. */
export function verdictsSentence(predictions: readonly JudgedPrediction[]): string {
  const counts = (["agrees", "disagrees", "undecided", "incomplete"] as const).flatMap((verdict) => {
    const count = predictions.filter((own) => own.verdict === verdict).length;
    return count === 0
      ? []
      : [
          `${count} ${count === 1 || verdict === "undecided" || verdict === "incomplete" ? verdict : verdict.slice(0, -1)}`,
        ];
  });
  return `${predictions.length} ${predictions.length === 1 ? "prediction" : "predictions"}: ${counts.join(", ")}`;
}

/** What keeps a reader from taking the report for the study; null where nothing does. */
export function cautions({ complete, smoke, runs, fixed }: StudyResults): string[] {
  const open = runs.filter(({ status }) => status !== "finished");
  return [
    ...(smoke ? ["A smoke test: its values are too small to say anything."] : []),
    ...(complete
      ? []
      : [
          `Incomplete: ${open.length} of ${runs.length} runs are missing. Nothing is judged that needs them.`,
        ]),
    ...(fixed.changed.length === 0
      ? []
      : [
          `Judged after the fact: the file has other values of ${fixed.changed.slice(0, 6).join(", ")} than were fixed before the runs.`,
        ]),
  ];
}

/** `predictions fixed before the runs, SHA-256 ab12…, commit 0123…`. */
export function fixedSentence({ fixed: { sha256, commit } }: StudyResults): string {
  const where = commit === null ? "in no commit" : `commit ${commit.slice(0, 12)}`;
  return `Arms, measures and predictions were fixed before the first run: SHA-256 ${sha256.slice(0, 16)}, ${where}.`;
}

export const commandOf = ({ called, smoke }: StudyResults): string =>
  `selftrain study ${called}${smoke ? " --smoke" : ""}`;

export const statusText = ({ status, error }: StudyRunResult): string =>
  error === undefined ? (status === "waiting" ? "not begun" : status) : `${status}: ${error.code}`;

export const armTitle = ({ arms }: StudyResults, name: string): string =>
  arms.find((arm) => arm.name === name)?.title ?? name;

export const INTERVALS =
  "Every value is a mean over seeds. Each seed has its own base, training prompts and held-out prompts. The first interval is the 95% t interval over seeds, the second a 95% bootstrap over the held-out prompts within each seed. What decides is the least interval that holds both.";
