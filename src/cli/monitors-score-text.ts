/** Error rates of monitors on the terminal: what the runs are, a line a rule, what is missed, and the matched pairs. */
import type { Lengths } from "../apps/monitors/lengths.js";
import { type Certificate, MATCH_DISTANCE } from "../apps/monitors/matched.js";
import { LEAD_WINDOW, type PerStep, type RatedSteps } from "../apps/monitors/per-step.js";
import type { Part, Rate, Score, Spread } from "../apps/monitors/rates.js";
import type { RunLength } from "../apps/monitors/run-length.js";
import type { Scores } from "../apps/monitors/score.js";
import type { Rated } from "../apps/monitors/series-values.js";
import { MISSING } from "../apps/report/format.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

const HEADER = [
  "",
  "before the fall",
  "at all",
  "false alarms",
  "steps to one",
  "lead in steps",
  "in widths",
  "leads > 0",
];

export function monitorsScoreText(scores: Scores, paint: Paint): string {
  const { monitors, union, baselines, rewardspy, matched } = scores;
  const own = [...monitors, ...(union === null ? [] : [union])];
  const whole = union ?? monitors[0];
  const splits = scores.chosenOn.join(" and ");
  const tuned = !scores.chosenOn.includes(scores.split)
    ? `bounds chosen on the ${splits} runs`
    : scores.chosenOn.length === 1
      ? "bounds chosen on these very runs, which flatters them"
      : `bounds chosen on the ${splits} runs, these among them, which flatters them`;
  return [
    runsText(scores),
    lengthsText(scores.runs.lengths, paint),
    own.length === 0
      ? "No monitor is on: only the rules to beat are scored."
      : table(HEADER, own.map(rowOf), paint),
    ...monitors
      .filter(({ unmeasured }) => unmeasured > 0)
      .map(
        ({ name, unmeasured }) =>
          `${name}: ${unmeasured} runs have no value of its series and raise no alarm`,
      ),
    ...(whole === undefined ? [] : [`One-sided 95%: ${boundsText(whole)}`]),
    ...(whole === undefined
      ? []
      : [partsText("arm", whole.byArm, paint), partsText("task", whole.byTask, paint)]),
    paint("bold", `Rules to beat (${tuned})`),
    baselines === null
      ? `The ${splits} runs are not all there, so no bounds can be chosen on them.`
      : table(HEADER, baselines.map(rowOf), paint),
    table(HEADER, rewardspy.map(rowOf), paint),
    paint("bold", "Step by step"),
    perStepText(scores.perStep, paint),
    paint("bold", "Matched pairs"),
    matchedText(matched, paint),
  ].join("\n\n");
}

function runsText({ split, runs }: Scores): string {
  const { all, collapsed, healthy, undecided, shortest, longest, tasks, bases } = runs;
  return [
    `${all} ${split} runs of ${shortest === longest ? shortest : `${shortest} to ${longest}`} steps: ${collapsed} collapsed, ${healthy} healthy, ${undecided} undecided, which count nowhere.`,
    `They are of ${tasks} tasks and ${bases} base models. Intervals are Clopper–Pearson 95% and take runs as independent.`,
    collapsed === 0
      ? "None of them collapsed: there is nothing to catch."
      : `Of the decided runs ${percent(collapsed / (collapsed + healthy))} collapsed: what an alarm at random is right in.`,
  ].join("\n");
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

/** `18/20 90% [68, 99]`. */
const rateText = ({ count, of, share, low, high }: Rate): string =>
  share === null
    ? MISSING
    : `${count}/${of} ${percent(share)} [${Math.round(100 * low)}, ${Math.round(100 * high)}]`;

const spreadText = (spread: Spread | null, digits: number): string =>
  spread === null
    ? MISSING
    : `${spread.median.toFixed(digits)} [${spread.low.toFixed(digits)}, ${spread.high.toFixed(digits)}]`;

/** `210 [120, 400]`, or `≥ 1300` without a false alarm. */
function runLengthText({ steps, mean, low, high, atLeast }: RunLength): string {
  if (steps === 0) return MISSING;
  if (mean === null || high === null) return `≥ ${Math.floor(atLeast)}`;
  return `${Math.round(mean)} [${Math.round(low)}, ${Math.round(high)}]`;
}

const rowOf = (score: Score): string[] => [
  score.name,
  rateText(score.caughtBefore),
  rateText(score.caught),
  rateText(score.falseAlarms),
  runLengthText(score.runLength),
  spreadText(score.leadSteps, 0),
  spreadText(score.leadWidths, 1),
  score.leadPositive === null ? MISSING : percent(score.leadPositive),
];

function boundsText({ name, caughtBefore, caught, falseAlarms }: Score): string {
  return [
    `${name} catches at least ${percent(caughtBefore.atLeast)} before the fall and ${percent(caught.atLeast)} at all`,
    `and alarms in at most ${percent(falseAlarms.atMost)} of healthy runs.`,
  ].join(", ");
}

function partsText(title: string, parts: Readonly<Record<string, Part>>, paint: Paint): string {
  const ratio = (count: number, of: number) => (of === 0 ? MISSING : `${count}/${of}`);
  const rows = Object.entries(parts).map(([name, part]) => [
    name,
    ratio(part.caughtBefore, part.collapsed),
    ratio(part.caught, part.collapsed),
    ratio(part.collapsed - part.caught, part.collapsed),
    ratio(part.falseAlarms, part.healthy),
  ]);
  return table([title, "before the fall", "at all", "missed", "false alarms"], rows, paint);
}

const LENGTHS = [
  ["collapsed", "collapsed"],
  ["healthy", "healthy"],
  ["undecided", "undecided"],
  ["fall", "the fall, from 10% to 90% of it"],
] as const;

function lengthsText(lengths: Lengths, paint: Paint): string {
  const rows = LENGTHS.flatMap(([key, title]) => {
    const range = lengths[key];
    if (range === null) return [];
    const { shortest, median, longest } = range;
    return [[title, ...[shortest, median, longest].map((steps) => String(Number(steps.toFixed(1))))]];
  });
  return table(["steps", "shortest", "median", "longest"], rows, paint);
}

function perStepText(all: readonly PerStep[], paint: Paint): string {
  const text = (rated: RatedSteps | null) => (rated === null ? [MISSING, MISSING] : ratedText(rated));
  const rows = all.map(({ series, direction, afterOnset, beforeOnset }) => [
    `${series} ${direction}`,
    ...text(beforeOnset),
    ...text(afterOnset),
  ]);
  return [
    `AUROC of one value, less the first of its run: steps of healthy runs against the ${LEAD_WINDOW} steps before the onset, and against those from it on.`,
    "0.5 says nothing. Intervals are of bootstrap samples of runs.",
    table(["series", "before the onset", "95%", "from it on", "95%"], rows, paint),
  ].join("\n");
}

const ratedText = ({ auroc, interval: { low, high } }: Rated): string[] => [
  auroc.toFixed(2),
  `[${low.toFixed(2)}, ${high.toFixed(2)}]`,
];

function certificateText(certificate: Certificate | null): string {
  if (certificate === null) return "Too few pairs to test whether their agreement is the same.";
  const { mean, stepsPassed, steps } = certificate;
  const p = mean.p < 0.001 ? "p < 0.001" : `p = ${mean.p.toFixed(3)}`;
  return [
    `Mean difference of agreement, collapsed less healthy: ${mean.mean.toFixed(3)} ± ${mean.half.toFixed(3)}.`,
    `Two one-sided tests at ±${mean.bound}: ${mean.equivalent ? "passed" : "not passed"}, ${p}; step by step passed at ${stepsPassed} of ${steps}.`,
  ].join("\n");
}

function matchedText({ pairs, certificate, series }: Scores["matched"], paint: Paint): string {
  if (pairs === 0)
    return `No collapsed run has a healthy one whose agreement stayed within ${MATCH_DISTANCE} of its own: nothing can be said.`;
  const rows = series.map((own) => [`${own.series} ${own.direction}`, ...ratedText(own), String(own.pairs)]);
  return [
    `${pairs} pairs of a collapsed and a healthy run whose agreement stayed within ${MATCH_DISTANCE} (root mean square).`,
    certificateText(certificate),
    "AUROC of the furthest departure from the first value. Of agreement and reward it must be about 0.5, or the pairing failed.",
    rows.length === 0
      ? "Too few pairs for an AUROC."
      : table(["series", "AUROC", "95%", "pairs"], rows, paint),
  ].join("\n");
}
