/** Rewards against labels fixed before training: the true answers (a control), or a teacher's votes. */
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import { rewardMatches } from "./compare.js";
import { type GroupRewardSource, perGroup } from "./reward-source.js";

/** Majority answers of the starting model, by prompt id; null where its vote had no label. */
export type TeacherLabels = ReadonlyMap<string, string | null>;

/**
 * The control arm: r = 1 where the answer is the true one. The only reward that is ever given true labels.
 *
 * `reward` throws `reward-label-missing` for a prompt without a label: it is not scored 0 in silence.
 */
export function groundTruthReward(labels: HiddenLabels): GroupRewardSource {
  return storedLabels(
    "ground-truth",
    labels,
    "Give every training prompt a true answer, or train with majority",
  );
}

/**
 * Labels voted once by the starting policy (the paper's offline labels): r = 1 where the answer is the teacher's.
 *
 * `reward` throws `reward-label-missing` for a prompt that the teacher did not vote on.
 */
export function fixedTeacherReward(labels: TeacherLabels): GroupRewardSource {
  return storedLabels("fixed-teacher", labels, "Let the teacher vote on every prompt of the pool");
}

function storedLabels(name: string, labels: TeacherLabels, remedy: string): GroupRewardSource {
  return perGroup(name, (group) => {
    const label = labels.get(group.prompt.id);
    if (label === undefined) {
      throw new SelftrainError({
        code: "reward-label-missing",
        message: `The ${name} reward has no label for a prompt`,
        found: group.prompt.id,
        expected: `one of ${labels.size} labelled prompts`,
        where: `prompt ${group.prompt.id}`,
        remedy,
      });
    }
    return rewardMatches(group, label);
  });
}
