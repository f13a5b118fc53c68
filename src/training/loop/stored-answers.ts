/** The answers of a step that is done, from its rollouts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrainConfig } from "../../config/train-config.js";
import { passesNeeded } from "../../core/curriculum/rejection.js";
import type { AnsweredGroup } from "../../core/monitor/group.js";
import { SelftrainError } from "../../errors.js";
import type { Observer } from "../../run/observer.js";
import { readRollouts } from "../../run/rollouts.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { stepName } from "../../run/step-name.js";
import type { AnswersOfStep } from "./answer-references.js";

/** The groups of the first batch, which come first: what the policy answered, those that only voted included. */
export function storedAnswers(
  rows: readonly RolloutRow[],
  { promptsPerStep, rejection }: Pick<TrainConfig, "promptsPerStep" | "rejection">,
): AnsweredGroup[] {
  const first = passesNeeded(promptsPerStep, rejection);
  const groups = new Map<number, { promptId: string; answers: (string | null)[] }>();
  for (const { group, promptId, sampledBy, answer } of rows) {
    if (sampledBy !== "policy" || group >= first) continue;
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { promptId, answers: [answer] });
    else known.answers.push(answer);
  }
  return [...groups.values()];
}

/** Of steps of the run. Where their file is gone or damaged there are none, and `reference-lost` says so: it is no reason to stop a training. */
export function answersInRun(
  { rolloutsFolder }: { readonly rolloutsFolder: string },
  config: Pick<TrainConfig, "promptsPerStep" | "rejection">,
  observer?: Observer,
): AnswersOfStep {
  return async (step) => {
    const path = join(rolloutsFolder, `${stepName(step)}.parquet`);
    const lost = (why: string) => {
      observer?.({
        type: "notice",
        code: "reference-lost",
        message: `The answers of step ${step} ${why}: what later steps of its stage are held against. They have no excessShare, answerShift and effectiveAnswersRatio`,
        found: path,
        remedy: "restore the file; the other metrics do not need it",
      });
      return null;
    };
    if (!existsSync(path)) return lost("are gone");
    try {
      return storedAnswers(await readRollouts(path), config);
    } catch (error) {
      if (error instanceof SelftrainError) return lost("cannot be read");
      throw error;
    }
  };
}
