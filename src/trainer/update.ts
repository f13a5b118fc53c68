/** From rewards to the data of an update: advantages, the weights of tokens, and the rollouts that carry a gradient. */
import { advantageEstimators, hasSignal } from "../advantage/index.js";
import { klPlace } from "../config/method-config.js";
import type { TrainConfig } from "../config/train-config.js";
import type { Datum, Sampler } from "../engine/engine.js";
import type { Group } from "../group.js";
import { tokenWeights } from "../loss/aggregate.js";
import { klPenalisedRewards, tokenKl } from "../loss/kl.js";
import type { GroupReward } from "../reward/reward-source.js";
import { policyLoss } from "./policy-loss.js";

export interface Batch {
  /** Every rollout that carries a gradient. */
  readonly data: readonly Datum[];
  /** The same, cut into mini-batches. */
  readonly miniBatches: readonly (readonly Datum[])[];
  /** Advantage of each rollout by group; with a KL loss term, without that term. */
  readonly advantages: readonly (readonly number[])[];
  /** Mean KL per token (k3) of the policy that sampled; null where it was not measured. */
  readonly kl: number | null;
  /** Groups left out because nothing in them has a gradient. */
  readonly skippedGroups: number;
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

type Logprobs = readonly (readonly Float32Array[])[];

/**
 * Advantages of the batch. A group that gives no reward has none, and is not there for estimators that compare groups: its zeros are no
 * rewards.
 */
function advantagesOf(
  config: TrainConfig,
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  reference: Logprobs | null,
): number[][] {
  const penalised = (g: number): readonly number[] => {
    const own = rewards[g]!.rewards;
    if (!reference || klPlace(config) !== "reward") return own;
    const kl_n_T = groups[g]!.rollouts.map((rollout, i) =>
      tokenKl(config.klEstimator, rollout.logprobs, reference[g]![i]!),
    );
    return klPenalisedRewards(own, kl_n_T, config.klCoefficient);
  };
  const labelled = groups.flatMap((_, g) => (rewards[g]!.rewarded ? [g] : []));
  const estimates = advantageEstimators[config.advantage](
    labelled.map((g) => ({ rewards: penalised(g), lengths: lengthsOf(groups[g]!) })),
  );
  const known = new Map(labelled.map((g, at) => [g, estimates[at]!]));
  return groups.map(({ rollouts }, g) => known.get(g) ?? rollouts.map(() => 0));
}

const lengthsOf = ({ rollouts }: Group): number[] => rollouts.map(({ tokens }) => tokens.length);

/** Groups and their rewards as training data; `reference` holds the reference policy's logprobs where KL is asked for. */
export function makeBatch(
  config: TrainConfig,
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  reference: Logprobs | null,
): Batch {
  const advantages = advantagesOf(config, groups, rewards, reference);
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
    kl: reference && groups.length > 0 ? meanKl(groups, reference) : null,
    skippedGroups: trained.filter((own) => !own).length,
  };
}

const total = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

/** k3 whatever the penalty is made of: never negative, and comparable between runs. */
function meanKl(groups: readonly Group[], reference: Logprobs): number {
  const each = groups.map(({ rollouts }, g) =>
    total(rollouts.map(({ logprobs }, i) => total(tokenKl("k3", logprobs, reference[g]![i]!)))),
  );
  return total(each) / total(groups.flatMap(lengthsOf));
}
