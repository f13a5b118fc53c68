/** Groups of a step as text: a line each, or one with all of its completions. */

import { MISSING, percent, plainNumber } from "../apps/report/format.js";
import type { ShownGroup, ShownRollout } from "../apps/show/group.js";
import type { ShownStep } from "../apps/show/show.js";
import { ANSWER, cut, fitted, ID, type Layout, shown } from "./show-layout.js";
import { pairs, table } from "./table.js";
import { onOneLine, visible } from "./terminal-text.js";

export function showText({ step, groups, rollouts, notice }: ShownStep, layout: Layout): string {
  const [group] = groups;
  const parts =
    rollouts === null
      ? [
          `step ${step}, ${groups.length} ${groups.length === 1 ? "group" : "groups"}`,
          "",
          groupList(groups, layout),
        ]
      : group === undefined
        ? []
        : [
            `step ${step}, group ${group.group}`,
            "",
            groupHead(group, layout),
            "",
            classList(group, layout),
            "",
            rolloutList(rollouts, layout),
          ];
  return [...parts, ...(notice === null ? [] : ["", `note: ${onOneLine(notice)}`])].join("\n");
}

function groupList(groups: readonly ShownGroup[], { paint, width, full }: Layout): string {
  const truths = groups.some(({ truth }) => truth !== null);
  const rejections = groups.some(({ rejected }) => rejected !== null);
  const header = [
    "group",
    "prompt",
    "label",
    "agreement",
    ...(truths ? ["truth"] : []),
    ...(rejections ? ["rejected"] : []),
    "text",
  ];
  const rows = groups.map((group) => [
    String(group.group),
    full ? onOneLine(group.promptId) : cut(onOneLine(group.promptId), ID),
    shown(group.label),
    percent(group.agreement),
    ...(truths ? [truthOf(group)] : []),
    ...(rejections ? [group.rejected ?? ""] : []),
    onOneLine(group.prompt),
  ]);
  return table(header, full ? rows : fitted(header, rows, width), paint, "text");
}

function groupHead(group: ShownGroup, { paint, width, full }: Layout): string {
  const { promptId, prompt, rewardLabel, label, agreement, samples, truth, rejected } = group;
  const room = width - "agreement  ".length;
  return pairs(
    [
      ["prompt", onOneLine(promptId)],
      ["text", full ? visible(prompt) : cut(onOneLine(prompt), room)],
      ["label", shown(label)],
      ["agreement", `${percent(agreement)} of ${samples} samples`],
      ...(truth === null ? [] : [["truth", truthOf(group)] as const]),
      ...(rewardLabel === label ? [] : [["rewarded", shown(rewardLabel)] as const]),
      ...(rejected === null ? [] : [["rejected", rejected] as const]),
    ],
    paint,
  );
}

/** Classes of a group that are listed, unless all are asked for. */
const CLASSES = 10;

function classList({ classes, unanswered }: ShownGroup, { paint, full }: Layout): string {
  const listed = full ? classes : classes.slice(0, CLASSES);
  const others = classes.slice(listed.length);
  const rest = others.reduce((sum, { count }) => sum + count, 0);
  const rows = [
    ...listed.map(({ answer, count }) => [full ? shown(answer) : cut(shown(answer), ANSWER), String(count)]),
    ...(rest > 0 ? [[`${others.length} more`, String(rest)]] : []),
    ...(unanswered > 0 ? [["no answer", String(unanswered)]] : []),
  ];
  return table(["answer", "votes"], rows, paint);
}

const header = ["sample", "answer", "reward", "advantage", "finish", "tokens"];

function rolloutList(rollouts: readonly ShownRollout[], { paint, width, full }: Layout): string {
  const cells = rollouts.map((rollout) => [
    `${rollout.sample}${rollout.sampledBy === "policy" ? "" : ` ${rollout.sampledBy}`}`,
    cut(
      rollout.graderError === null ? shown(rollout.answer) : `grader: ${onOneLine(rollout.graderError)}`,
      ANSWER,
    ),
    plainNumber(rollout.reward),
    plainNumber(rollout.advantage),
    rollout.finish,
    String(rollout.tokens),
  ]);
  if (!full) {
    const rows = rollouts.map(({ completion }, i) => [...cells[i]!, onOneLine(completion)]);
    const titles = [...header, "completion"];
    return table(titles, fitted(titles, rows, width), paint, "text");
  }
  const lines = table(header, cells, paint, "text").split("\n");
  return rollouts
    .map(({ completion }, i) => [lines[0]!, lines[i + 1]!, visible(completion)].join("\n"))
    .join("\n\n");
}

function truthOf({ truth, label }: ShownGroup): string {
  if (truth === null) return MISSING;
  if (label === null) return shown(truth);
  return truth === label ? `${shown(truth)} ✓` : `${shown(truth)} ✗`;
}
