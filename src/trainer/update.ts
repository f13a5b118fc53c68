/** From rewards to one optimiser step: advantages, the weights of tokens, and the data that carry a gradient. */
import { advantageEstimators } from "../advantage/index.js";
import type { TrainConfig } from "../config/train-config.js";
import type { Datum, Sampler } from "../engine/engine.js";
import type { Group } from "../group.js";
import { type CompletionAdvantage, tokenWeights } from "../loss/aggregate.js";
import { klLossAdvantages, klPenalisedRewards, tokenKl } from "../loss/kl.js";
import type { GroupReward } from "../reward/reward-source.js";

export interface Batch {
  /** Every rollout that carries a gradient. */
  readonly data: readonly Datum[];
  /** Advantage of each rollout by group; with a KL loss term, without that term. */
  readonly advantages: readonly (readonly number[])[];
  /** Mean KL per token (k3); null where it was not measured. */
  readonly kl: number | null;
  /** Groups left out because every advantage in them is exactly 0. */
  readonly skippedGroups: number;
}

/** The starting policy's logprobs of every rollout, when the configuration asks for KL. */
export async function referenceLogprobs(
  config: TrainConfig,
  reference: Sampler | null,
  groups: readonly Group[],
): Promise<Float32Array[][] | null> {
  if (config.klCoefficient === 0 || !reference) return null;
  const flat = await reference.logprobs(
    groups.flatMap((g) => g.rollouts.map((r) => ({ prompt: g.promptTokens, completion: r.tokens }))),
  );
  let end = 0;
  return groups.map(({ rollouts }) => {
    end += rollouts.length;
    return flat.slice(end - rollouts.length, end);
  });
}

/** Groups and their rewards as training data. A group without a label has no gradient, not even of the KL. */
export function makeBatch(
  config: TrainConfig,
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  reference: readonly (readonly Float32Array[])[] | null,
): Batch {
  const estimate = advantageEstimators[config.advantage];
  const inReward = config.advantage === "rloo";
  const advantages: number[][] = [];
  const perToken: CompletionAdvantage[][] = [];
  let klSum = 0;
  groups.forEach(({ rollouts }, g) => {
    const { rewards: own, label } = rewards[g]!;
    const scored = reference?.[g];
    const kl = scored && rollouts.map((r, i) => tokenKl("k3", r.logprobs, scored[i]!));
    klSum += kl?.flatMap((k) => [...k]).reduce((a, b) => a + b, 0) ?? 0;
    const none = label === null;
    const penalised = kl && inReward && !none ? klPenalisedRewards(own, kl, config.klCoefficient) : own;
    const group = estimate(penalised);
    advantages.push(group);
    perToken.push(
      group.map((a, i) =>
        scored && !inReward && !none
          ? klLossAdvantages(a, rollouts[i]!.logprobs, scored[i]!, config.klCoefficient)
          : a,
      ),
    );
  });
  const lengths = groups.map((g) => g.rollouts.map((r) => r.tokens.length));
  const weights = tokenWeights(lengths, perToken, {
    mode: config.aggregation,
    constantLength: config.maxNewTokens,
  });
  const trained = perToken.map((group) => group.some((a) => a !== 0));
  const data = groups.flatMap(({ rollouts, promptTokens, policyVersion }, g) =>
    trained[g]
      ? rollouts.map(
          ({ tokens, logprobs }, i): Datum => ({
            prompt: promptTokens,
            completion: tokens,
            weights: weights[g]![i]!,
            logprobs,
            policyVersion,
          }),
        )
      : [],
  );
  const tokens = lengths.flat().reduce((a, b) => a + b, 0);
  return {
    data,
    advantages,
    kl: reference ? klSum / tokens : null,
    skippedGroups: trained.filter((t) => !t).length,
  };
}
