/** The groups of a step with their votes, from the rollouts of a run: what a person reads to see what is rewarded. Reads the run only. */
import { join } from "node:path";
import type { ShowConfig } from "../../config/show-config.js";
import { SelftrainError } from "../../errors.js";
import { listRollouts, readRollouts } from "../../run/rollouts.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { readRunInfo } from "../../run/run-info.js";
import { trueAnswersOf } from "../../training/start/true-answers.js";
import { type ShownGroup, type ShownRollout, shownGroup, shownRollout } from "./group.js";

export interface ShownStep {
  readonly run: string;
  readonly step: number;
  /** All of the step, or the one that was asked for. */
  readonly groups: readonly ShownGroup[];
  /** Of the group that was asked for; null where none was. */
  readonly rollouts: readonly ShownRollout[] | null;
  /** Why true answers are not known, where the prompts cannot be had any more. */
  readonly notice: string | null;
}

/**
 * Throws as `readRunInfo` and `readRollouts` do, `show-no-rollouts` for a run or a step without any, and `show-no-prompt`. True answers are read
 * from the run's prompts as they are on this machine; nothing is downloaded.
 */
export async function showStep({
  run,
  step,
  prompt,
}: Omit<ShowConfig, "full" | "probe">): Promise<ShownStep> {
  const file = rolloutsOf(run, step);
  const groups = groupsOf(await readRollouts(file.path));
  const chosen = prompt === undefined ? groups : [groupOf(groups, prompt, file.path)];
  const { labels, missing } = await trueAnswersOf(run);
  return {
    run,
    step: file.step,
    groups: chosen.map((rows) => shownGroup(rows, labels)),
    rollouts: prompt === undefined ? null : chosen[0]!.map(shownRollout),
    notice: missing === null ? null : `no true answers: ${missing}`,
  };
}

/** Rows of each group, in the order of the file. */
function groupsOf(rows: readonly RolloutRow[]): RolloutRow[][] {
  const groups = new Map<number, RolloutRow[]>();
  for (const row of rows) {
    const group = groups.get(row.group);
    if (group) group.push(row);
    else groups.set(row.group, [row]);
  }
  return [...groups.values()];
}

function rolloutsOf(run: string, step: number | undefined) {
  const { kind } = readRunInfo(run);
  const folder = join(run, "rollouts");
  const all = listRollouts(folder);
  const found = step === undefined ? all.at(-1) : all.find((file) => file.step === step);
  if (found !== undefined) return found;
  const steps = all.map((file) => file.step);
  throw new SelftrainError({
    code: "show-no-rollouts",
    message: step === undefined ? "The run has no rollouts." : `The run has no rollouts of step ${step}.`,
    found: steps.length === 0 ? "none" : `${steps.length} steps, from ${steps[0]} to ${steps.at(-1)}`,
    where: folder,
    remedy:
      steps.length > 0
        ? "Name a step that has rollouts."
        : kind === "pretrain" || kind === "reward-model"
          ? `A ${kind} run samples nothing; show one of selftrain train or finetune.`
          : "Let the run finish a step.",
  });
}

/** By the prompt's id, or else by the group's number. Throws `show-no-prompt`. */
function groupOf(groups: readonly RolloutRow[][], prompt: string, where: string): RolloutRow[] {
  const found =
    groups.find(([first]) => first!.promptId === prompt) ??
    groups.find(([first]) => String(first!.group) === prompt);
  if (found !== undefined) return found;
  throw new SelftrainError({
    code: "show-no-prompt",
    message: `No group of the step is of prompt ${prompt}.`,
    found: prompt,
    expected: `a number from 0 to ${groups.length - 1}, or an id such as ${groups[0]?.[0]?.promptId}`,
    where,
    remedy: "Leave --prompt out to list the step's groups.",
  });
}
