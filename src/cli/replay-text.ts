/** A replay as text: that nothing differs, or what does. */

import type { Changes, Difference } from "../apps/replay/differences.js";
import type { Replay, ReplayedStep } from "../apps/replay/replay.js";
import { MISSING, percent } from "../apps/report/format.js";
import { mean } from "../numbers.js";
import { gapSentences } from "../run/gaps.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";

const LINES = 20;

export function replayText(replay: Replay, paint: Paint): string {
  const notice = replay.notice === null ? [] : [`note: ${replay.notice}`];
  const body = replay.same ? sameText(replay) : changedText(replay, paint);
  const missing = gapSentences(replay.missing).map((gap) => paint("red", `missing: ${gap}`));
  return [...body, ...missing, ...notice].join("\n");
}

const scope = ({ steps, total, probes }: Replay): string =>
  `${total.rollouts} rollouts in ${total.groups} groups of ${steps.length} ${steps.length === 1 ? "step" : "steps"}${probes === 0 ? "" : `, and ${probes === 1 ? "a probe" : `${probes} probes`}`}`;

function sameText(replay: Replay): string[] {
  if (replay.differenceCount === 0)
    return [
      `${scope(replay)}: answers, votes, rewards, advantages and metrics are the stored ones, bit for bit`,
    ];
  const more = replay.differenceCount - Math.min(LINES, replay.differences.length);
  return [
    `${replay.differenceCount} values of ${scope(replay)} are not the stored ones:`,
    ...replay.differences.slice(0, LINES).map(differenceLine),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}

function differenceLine({ step, group, sample, column, stored, recomputed }: Difference): string {
  const place = group === null ? `step ${step}` : `step ${step}, group ${group}, sample ${sample}`;
  return `${place}: ${column} is ${JSON.stringify(stored)} and comes out as ${JSON.stringify(recomputed)}`;
}

function changedText(replay: Replay, paint: Paint): string[] {
  const header = [
    "step",
    "answers",
    "labels",
    "rewards",
    "advantages",
    "agreement",
    "label accuracy",
    "hacking gap",
  ];
  const rows = replay.steps.map((step) => [String(step.step), ...counts(step.changes), ...figures(step)]);
  const changed = Object.entries(replay.changed).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return [
    `${scope(replay)} under ${changed.join(", ")}`,
    "",
    table(header, [...rows, ["all", ...counts(replay.total), ...totals(replay.steps)]], paint),
  ];
}

function counts({ rollouts, groups, answers, labels, rewards, advantages }: Changes): string[] {
  return [
    `${answers}/${rollouts}`,
    `${labels}/${groups}`,
    `${rewards}/${rollouts}`,
    `${advantages}/${rollouts}`,
  ];
}

const names = ["agreement", "labelAccuracy", "hackingGap"] as const;

const figures = ({ stored, replayed }: ReplayedStep): string[] =>
  names.map((name) => arrow(stored[name], replayed[name]));

/** Means over the steps that have the figure. */
const totals = (steps: readonly ReplayedStep[]): string[] =>
  names.map((name) =>
    arrow(
      meanOf(steps.map(({ stored }) => stored[name])),
      meanOf(steps.map(({ replayed }) => replayed[name])),
    ),
  );

function meanOf(values: readonly unknown[]): number | undefined {
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === 0 ? undefined : mean(numbers);
}

function arrow(stored: unknown, replayed: unknown): string {
  const [before, after] = [stored, replayed].map((value) =>
    typeof value === "number" ? percent(value) : MISSING,
  );
  return before === MISSING && after === MISSING ? MISSING : `${before} → ${after}`;
}
