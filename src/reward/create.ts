/** From the configuration to a reward source. */
import type { HiddenLabels } from "../group.js";
import { majorityReward } from "./majority.js";
import type { GroupRewardSource } from "./reward-source.js";
import { fixedTeacherReward, groundTruthReward, type TeacherLabels } from "./stored-labels.js";

/** The keys of the training configuration that decide the reward. */
export interface RewardConfig {
  readonly reward: "majority" | "ground-truth" | "fixed-teacher";
  readonly agreementThreshold: number;
}

/** Where labels come from. Each is called only by the arm that is made of it; self-training calls neither. */
export interface LabelAccess {
  groundTruth(): HiddenLabels;
  teacher(): TeacherLabels;
}

export function createRewardSource(config: RewardConfig, labels: LabelAccess): GroupRewardSource {
  switch (config.reward) {
    case "majority":
      return majorityReward({ agreementThreshold: config.agreementThreshold });
    case "ground-truth":
      return groundTruthReward(labels.groundTruth());
    case "fixed-teacher":
      return fixedTeacherReward(labels.teacher());
  }
}
