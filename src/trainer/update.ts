/** From rewards to one optimiser step: advantages, the weights of tokens, and the data that carry a gradient. */
import { advantageEstimators, hasSignal } from "../advantage/index.js";
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

/** What one group contributes to the update. */
interface GroupSignal {
  readonly advantages: readonly number[];
  /** The advantages with a KL loss term folded in, token by token, where there is one. */
  readonly perToken: readonly CompletionAdvantage[];
  /** KL summed over the group's tokens. */
  readonly kl: number;
  /** Whether there is any gradient. */
  readonly trained: boolean;
}

/** A group without a label has no gradient, not even of the KL. */
function groupSignal(
  { advantage, klCoefficient }: TrainConfig,
  { rollouts }: Group,
  { rewards, label }: GroupReward,
  reference: readonly Float32Array[] | undefined,
): GroupSignal {
  const estimate = advantageEstimators[advantage];
  const plain = (kl: number, own: readonly number[]): GroupSignal => {
    const advantages = estimate(own);
    return { advantages, perToken: advantages, kl, trained: hasSignal(advantages) };
  };
  if (!reference) return plain(0, rewards);

  const kl_n_T = rollouts.map((rollout, i) => tokenKl("k3", rollout.logprobs, reference[i]!));
  const kl = kl_n_T.reduce((total, kl_T) => total + kl_T.reduce((sum, k) => sum + k, 0), 0);
  if (label === null) return plain(kl, rewards);
  // RLOO takes KL off the reward; GRPO has it as a term of the loss.
  if (advantage === "rloo") return plain(kl, klPenalisedRewards(rewards, kl_n_T, klCoefficient));
  const advantages = estimate(rewards);
  const perToken = advantages.map((a, i) =>
    klLossAdvantages(a, rollouts[i]!.logprobs, reference[i]!, klCoefficient),
  );
  return { advantages, perToken, kl, trained: true };
}

/** Groups and their rewards as training data; `reference` holds the starting policy's logprobs where KL is asked for. */
export function makeBatch(
  config: TrainConfig,
  groups: readonly Group[],
  rewards: readonly GroupReward[],
  reference: readonly (readonly Float32Array[])[] | null,
): Batch {
  const signals = groups.map((group, g) => groupSignal(config, group, rewards[g]!, reference?.[g]));
  // Of all rollouts, those without a gradient too: leaving them out afterwards changes nothing.
  const lengths = groups.map((group) => group.rollouts.map((rollout) => rollout.tokens.length));
  const weights = tokenWeights(
    lengths,
    signals.map((signal) => signal.perToken),
    { mode: config.aggregation, constantLength: config.maxNewTokens },
  );
  const data = groups.flatMap(({ rollouts, promptTokens, policyVersion }, g) =>
    signals[g]!.trained
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
    advantages: signals.map((signal) => signal.advantages),
    kl: reference ? signals.reduce((sum, signal) => sum + signal.kl, 0) / tokens : null,
    skippedGroups: signals.filter((signal) => !signal.trained).length,
  };
}
