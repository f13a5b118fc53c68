/** From rewards to the data of an update: advantages, the weights of tokens, and the rollouts that carry a gradient. */

import type { TrainConfig } from "../../config/train-config.js";
import { hasSignal } from "../../core/advantage/index.js";
import { tokenWeights } from "../../core/loss/aggregate.js";
import type { MismatchFigures } from "../../core/loss/mismatch.js";
import type { GroupReward } from "../../core/reward/reward-source.js";
import type { Datum, Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";
import { sum } from "../../numbers.js";
import { advantagesOf, type Logprobs, rolloutKl } from "./advantages.js";
import { policyLoss } from "./policy-loss.js";

export interface Batch {
  /** Every rollout that carries a gradient. */
  readonly data: readonly Datum[];
  /** The same, cut into mini-batches. */
  readonly miniBatches: readonly (readonly Datum[])[];
  /** Advantage of each rollout by group; with a KL loss term, without that term. */
  readonly advantages: readonly (readonly number[])[];
  /** KL of each rollout by group, summed over its tokens by the configured estimator; null where it was not measured. */
  readonly rolloutKl: readonly (readonly number[])[] | null;
  /** Mean KL per token (k3) of the policy that sampled; null where it was not measured. */
  readonly kl: number | null;
  /** The reference policy's logprobs of each rollout by group; null where no KL is asked for. */
  readonly reference: Logprobs | null;
  /** Groups left out because nothing in them has a gradient. */
  readonly skippedGroups: number;
  /** What lies between sampler and trainer, where that was measured before the update. */
  readonly mismatch?: MismatchFigures | null;
}

/** The reference policy's logprobs of every rollout, where there is one. */
export async function referenceLogprobs(
  reference: Sampler | null,
  groups: readonly Group[],
): Promise<Float32Array[][] | null> {
  if (!reference) return null;
  const flat = await reference.logprobs(
    groups.flatMap((g) => g.rollouts.map((r) => ({ prompt: g.promptTokens, completion: r.tokens }))),
  );
  let end = 0;
  return groups.map(({ rollouts }) => {
    end += rollouts.length;
    return flat.slice(end - rollouts.length, end);
  });
}

const lengthsOf = ({ rollouts }: Group): number[] => rollouts.map(({ tokens }) => tokens.length);

/** Groups and their rewards as training data; `reference` holds the reference policy's logprobs where KL is asked for. */
export function makeBatch(
  config: TrainConfig,
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  reference: Logprobs | null,
): Batch {
  const kl_G_n = reference && rolloutKl(config.klEstimator, groups, reference);
  const lengths_G_n = groups.map(lengthsOf);
  const advantages = advantagesOf(config, lengths_G_n, rewards, kl_G_n);
  // A group that gives no reward has no gradient, not even of the terms that need no advantage.
  const { kl, entropyBonus } = policyLoss(config);
  const terms = kl !== undefined || entropyBonus !== undefined;
  const trained = groups.map((_, g) => rewards[g]!.rewarded && (terms || hasSignal(advantages[g]!)));

  const ends = Array.from({ length: config.miniBatches + 1 }, (_, i) =>
    Math.floor((i * groups.length) / config.miniBatches),
  );
  const miniBatches = ends.slice(1).map((end, i) => {
    const members = groups.slice(ends[i], end);
    // Of all rollouts, those without a gradient too: leaving them out afterwards changes nothing.
    const lengths = members.map(lengthsOf);
    const options = { mode: config.aggregation, constantLength: config.maxNewTokens };
    const weights = tokenWeights(lengths, advantages.slice(ends[i], end), options);
    const ones = lengths.map((own) => own.map(() => 1));
    const scales = terms ? tokenWeights(lengths, ones, options) : null;
    return members.flatMap(({ rollouts, promptTokens, policyVersion }, at) => {
      const g = ends[i]! + at;
      if (!trained[g]) return [];
      return rollouts.map(
        ({ tokens, logprobs }, sample): Datum => ({
          prompt: promptTokens,
          completion: tokens,
          weights: weights[at]![sample]!,
          logprobs,
          ...(scales ? { scales: scales[at]![sample]! } : {}),
          ...(kl ? { reference: reference![g]![sample]! } : {}),
          policyVersion,
        }),
      );
    });
  });
  return {
    data: miniBatches.flat(),
    miniBatches,
    advantages,
    rolloutKl: kl_G_n,
    kl: reference && groups.length > 0 ? meanKl(groups, reference) : null,
    reference,
    skippedGroups: trained.filter((own) => !own).length,
  };
}

/** k3 whatever the penalty is made of: never negative, and comparable between runs. */
function meanKl(groups: readonly Group[], reference: Logprobs): number {
  return sum(rolloutKl("k3", groups, reference).map(sum)) / sum(groups.flatMap(lengthsOf));
}
