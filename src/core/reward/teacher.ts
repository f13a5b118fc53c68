/** Agreement with the votes of a teacher that follows the policy. */
import { SelftrainError } from "../../errors.js";
import { agreedLabel, checkThreshold } from "./agreement.js";
import { rewardMatches } from "./compare.js";
import type { VoteRewardOptions } from "./majority.js";
import type { RewardSource } from "./reward-source.js";

/**
 * r = 1 where the answer is the label of `teacherVotes`: those of an exponential moving average of the policy alone (Co-rewarding-II,
 * Zhang et al. 2025, arXiv 2508.00410) or of both together (M-GRPO, arXiv 2512.13070). A group gives no reward where that
 * vote has no label, or less agreement than the threshold.
 *
 * Throws `reward-threshold-out-of-range`; `rewards` throws `reward-teacher-missing` where nobody but the policy voted.
 */
export function movingTeacherReward({ agreementThreshold = 0 }: VoteRewardOptions = {}): RewardSource {
  const threshold = checkThreshold(agreementThreshold);
  return {
    name: "ema-teacher",
    rewards: ({ groups, teacherVotes }) => {
      if (teacherVotes === undefined) {
        throw new SelftrainError({
          code: "reward-teacher-missing",
          message: "The ema-teacher reward was given no votes of a teacher",
          expected: "one vote a group",
          remedy: "Pass `teacherVotes` in the batch",
        });
      }
      return groups.map((group, g) => rewardMatches(group, agreedLabel(teacherVotes[g]!, threshold)));
    },
  };
}
