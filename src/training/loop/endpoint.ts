/** The reward endpoint of a configuration. */
import type { TrainConfig } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { SelftrainError } from "../../errors.js";
import { httpReward } from "../reward-http/http-reward.js";

/** Throws `reward-token-missing` where the variable that should hold the token is not set. */
export function endpointReward(config: TrainConfig, env: NodeJS.ProcessEnv = process.env): RewardSource {
  const { rewardUrl, rewardTimeout = 60, rewardRetries = 3, rewardConcurrency = 8 } = config;
  const variable = config.rewardTokenVariable;
  const token = variable === undefined ? undefined : env[variable];
  if (variable !== undefined && !token) {
    throw new SelftrainError({
      code: "reward-token-missing",
      message: `the environment has no ${variable}, which should hold the token of the reward endpoint`,
      found: token === undefined ? "no such variable" : "an empty one",
      expected: "a token",
      where: "rewardTokenVariable",
      remedy: `set ${variable}, or leave rewardTokenVariable out`,
    });
  }
  return httpReward({
    url: rewardUrl!,
    timeoutMs: 1000 * rewardTimeout,
    retries: rewardRetries,
    concurrency: rewardConcurrency,
    token,
  });
}
