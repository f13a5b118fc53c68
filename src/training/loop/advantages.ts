/** From a step's rewards to its advantages. */

import { klPlace } from "../../config/method-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { advantageEstimators } from "../../core/advantage/index.js";
import { type KlEstimator, klPenalisedRewards, tokenKl } from "../../core/loss/kl.js";
import type { GroupReward } from "../../core/reward/reward-source.js";
import type { Group } from "../../group.js";
import { sum } from "../../numbers.js";

/** Logprobs of the tokens of every rollout, by group. */
export type Logprobs = readonly (readonly Float32Array[])[];

/** KL (nats) of every rollout to the reference, by group: the sum over its tokens. */
export function rolloutKl(
  estimator: KlEstimator,
  groups: readonly Group[],
  reference_G_n_T: Logprobs,
): number[][] {
  return groups.map(({ rollouts }, g) =>
    rollouts.map(({ logprobs }, i) => sum(tokenKl(estimator, logprobs, reference_G_n_T[g]![i]!))),
  );
}

/**
 * Advantages of the batch, of rollouts of so many tokens. A group that gives no reward has none, and is not there for estimators
 * that compare groups: its zeros are no rewards.
 *
 * @param kl_G_n KL of each rollout, which the reward is lowered by where it is configured so; null where none was measured
 */
export function advantagesOf(
  config: Pick<TrainConfig, "advantage" | "klCoefficient" | "klIn">,
  lengths_G_n: readonly (readonly number[])[],
  rewards: readonly GroupReward[],
  kl_G_n: readonly (readonly number[])[] | null,
): number[][] {
  const penalised = (g: number): readonly number[] => {
    const own = rewards[g]!.rewards;
    if (!kl_G_n || klPlace(config) !== "reward") return own;
    return klPenalisedRewards(
      own,
      kl_G_n[g]!.map((kl) => [kl]),
      config.klCoefficient,
    );
  };
  const labelled = rewards.flatMap(({ rewarded }, g) => (rewarded ? [g] : []));
  const estimates = advantageEstimators[config.advantage](
    labelled.map((g) => ({ rewards: penalised(g), lengths: lengths_G_n[g]! })),
  );
  const known = new Map(labelled.map((g, at) => [g, estimates[at]!]));
  return lengths_G_n.map((lengths_n, g) => known.get(g) ?? lengths_n.map(() => 0));
}
