/** The groups of a step with their votes, from the rollouts of a run: what a person reads to see what is rewarded. Reads the run only. */
import { join } from "node:path";
import type { ShowConfig } from "../../config/show-config.js";
import { SelftrainError } from "../../errors.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { type RunKind, readRunInfo } from "../../run/run-info.js";
import { rowsByGroup } from "../../run/store/group-vote.js";
import { openRunStore, type RunStore } from "../../run/store/open-store.js";
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
 * Throws as `readRunInfo` and `RunStore.rollouts` do, `show-no-rollouts` for a run or a step without any, and `show-no-prompt`. True answers are read
 * from the run's prompts as they are on this machine; nothing is downloaded.
 */
export async function showStep({
  run,
  step,
  prompt,
}: Omit<ShowConfig, "full" | "probe">): Promise<ShownStep> {
  const { kind } = readRunInfo(run);
  const store = openRunStore(run);
  const shown = stepOf(store, kind, step);
  const groups = rowsByGroup(await store.rollouts(shown));
  const chosen = prompt === undefined ? groups : [groupOf(groups, prompt, store.rolloutsFile(shown))];
  const { labels, missing } = await trueAnswersOf(run);
  return {
    run,
    step: shown,
    groups: chosen.map((rows) => shownGroup(rows, labels)),
    rollouts: prompt === undefined ? null : chosen[0]!.map(shownRollout),
    notice: missing === null ? null : `no true answers: ${missing}`,
  };
}

/** The step that was asked for, or the last. */
function stepOf(store: RunStore, kind: RunKind, step: number | undefined): number {
  const steps = store.rolloutSteps();
  const found = step === undefined ? steps.at(-1) : steps.find((own) => own === step);
  if (found !== undefined) return found;
  throw new SelftrainError({
    code: "show-no-rollouts",
    message: step === undefined ? "The run has no rollouts." : `The run has no rollouts of step ${step}.`,
    found: steps.length === 0 ? "none" : `${steps.length} steps, from ${steps[0]} to ${steps.at(-1)}`,
    where: join(store.path, "rollouts"),
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
