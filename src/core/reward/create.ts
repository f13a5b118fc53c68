/** From the configuration to a reward source. */
import type { HiddenLabels } from "../../group.js";
import { formatReward, randomReward, wrongAnswerReward } from "./controls.js";
import { negativeEntropyReward, selfCertaintyReward } from "./intrinsic.js";
import { majorityReward } from "./majority.js";
import { majorityNoveltyReward } from "./majority-novelty.js";
import { mixedReward } from "./mixed.js";
import type { RewardSource } from "./reward-source.js";
import { softReward } from "./soft.js";
import { fixedTeacherReward, groundTruthReward, type TeacherLabels } from "./stored-labels.js";
import { movingTeacherReward } from "./teacher.js";

/** The keys of the training configuration that decide the reward. */
export interface RewardConfig {
  readonly reward:
    | "majority"
    | "soft"
    | "majority-novelty"
    | "ema-teacher"
    | "fixed-teacher"
    | "ground-truth"
    | "mixed"
    | "self-certainty"
    | "negative-entropy"
    | "http"
    | "model"
    | "random"
    | "format"
    | "wrong-answer";
  readonly seed: number;
  readonly agreementThreshold: number;
  readonly randomProbability?: number | undefined;
  readonly noveltyWidth?: number | undefined;
}

/** What a reward is made of beside the configuration. Each is called only by the arm that needs it; self-training calls none. */
export interface RewardParts {
  /** True answers, of all prompts. */
  groundTruth(): HiddenLabels;
  /** True answers, of the labelled part. */
  labelledPart(): HiddenLabels;
  teacher(): TeacherLabels;
  /** Rewards that come from elsewhere: the pure core has no network. */
  endpoint(): RewardSource;
  /** Rewards of a reward model: the pure core has no engine. */
  model(): RewardSource;
}

export function createRewardSource(config: RewardConfig, parts: RewardParts): RewardSource {
  const { seed, agreementThreshold, randomProbability: probability, noveltyWidth: width } = config;
  const options = { agreementThreshold };
  switch (config.reward) {
    case "majority":
      return majorityReward(options);
    case "soft":
      return softReward(options);
    case "majority-novelty":
      return majorityNoveltyReward({ ...options, ...(width === undefined ? {} : { width }) });
    case "ema-teacher":
      return movingTeacherReward(options);
    case "fixed-teacher":
      return fixedTeacherReward(parts.teacher());
    case "ground-truth":
      return groundTruthReward(parts.groundTruth());
    case "mixed":
      return mixedReward(parts.labelledPart(), options);
    case "self-certainty":
      return selfCertaintyReward();
    case "negative-entropy":
      return negativeEntropyReward();
    case "http":
      return parts.endpoint();
    case "model":
      return parts.model();
    case "random":
      return randomReward({ seed, ...(probability === undefined ? {} : { probability }) });
    case "format":
      return formatReward();
    case "wrong-answer":
      return wrongAnswerReward(options);
  }
}
