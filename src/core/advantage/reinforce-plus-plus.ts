/** REINFORCE++ (Hu et al. 2025, arXiv 2501.03262): advantages normalised over the whole batch, without a critic. */
import { checkGroups, type RewardedGroup } from "./estimator.js";
import { meanCentred } from "./mean-centred.js";

/** Keeps the variance from 0, as in verl. */
const EPS = 1e-8;

/**
 * REINFORCE++ (section 3, γ = 1): rewards normalised over all tokens of the batch, each token bearing the reward of its
 * rollout,
 *
 *   A_i = (r_i − mean(r)) / √(var(r) + ε),
 *
 * where a rollout counts as often as it has tokens, and `var` has the divisor of their number − 1 (verl's
 * `masked_whiten`). There is no comparison within a prompt: one rollout each is enough.
 *
 * Advantages weighted by length sum to 0 over the batch, not over a group. Throws `advantage-reward-not-finite`.
 */
export function reinforcePlusPlus(groups: readonly RewardedGroup[]): number[][] {
  checkGroups(groups, 1);
  return whitened(groups);
}

/**
 * REINFORCE++-baseline (section 3): the mean of the group is subtracted first, then the batch is normalised as above. Where
 * lengths differ, the mean over tokens is not 0, and a group of equal rewards then has a small advantage of its own.
 *
 * Throws as `checkRewards`.
 */
export function reinforcePlusPlusBaseline(groups: readonly RewardedGroup[]): number[][] {
  checkGroups(groups);
  const centred = groups.map(({ rewards, lengths }) => ({ rewards: meanCentred(rewards), lengths }));
  return whitened(centred);
}

function whitened(groups: readonly RewardedGroup[]): number[][] {
  const all = groups.flatMap(({ rewards, lengths }) =>
    rewards.map((reward, i) => ({ reward, tokens: lengths[i]! })),
  );
  if (all.every(({ reward }) => reward === all[0]!.reward))
    return groups.map(({ rewards }) => rewards.map(() => 0));
  const tokens = all.reduce((sum, rollout) => sum + rollout.tokens, 0);
  const mean = all.reduce((sum, rollout) => sum + rollout.tokens * rollout.reward, 0) / tokens;
  const squares = all.reduce((sum, rollout) => sum + rollout.tokens * (rollout.reward - mean) ** 2, 0);
  const scale = Math.sqrt(squares / Math.max(1, tokens - 1) + EPS);
  return groups.map(({ rewards }) => rewards.map((reward) => (reward - mean) / scale));
}
