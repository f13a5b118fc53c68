/** The optimiser steps on one batch: as many passes over its mini-batches as configured. */
import type { TrainConfig } from "../../config/train-config.js";
import { type MismatchFigures, mismatchFigures } from "../../core/loss/mismatch.js";
import type { Datum, Engine, ForwardBackwardResult } from "../../engine/engine.js";
import { policyLoss } from "./policy-loss.js";

/** Figures of all optimiser steps on a batch, averaged over them, or over the tokens that they trained on. */
export interface PolicyUpdate {
  readonly loss: number;
  /** Before clipping; NaN where the engine is not told. */
  readonly gradNorm: number;
  /** Mean π/π_sampler, 1 on policy but for rounding; null where nothing was trained. */
  readonly importanceRatio: number | null;
  /** Share of tokens whose ratio was clipped; null where nothing was trained, or the loss does not clip. */
  readonly clipFraction: number | null;
  /** What lies between sampler and trainer, by the first optimiser step, whose weights are still the sampler's; null where nothing was trained. */
  readonly mismatch: MismatchFigures | null;
  /** Entropy (nats) of the whole next-token distribution; null without an entropy bonus. */
  readonly vocabularyEntropy: number | null;
}

/** Optimiser steps of one step of the loop. */
export const updatesPerStep = ({
  updatesPerBatch,
  miniBatches,
}: Pick<TrainConfig, "updatesPerBatch" | "miniBatches">): number => updatesPerBatch * miniBatches;

/**
 * Takes the steps. The data keep the logprobs of the policy that sampled them, so that from the second step on ratios say how far the
 * policy has gone from it.
 */
export async function updatePolicy(
  engine: Engine,
  config: TrainConfig,
  miniBatches: readonly (readonly Datum[])[],
  learningRate: number,
  onProgress: (done: number, total: number) => void,
): Promise<PolicyUpdate> {
  const loss = policyLoss(config);
  const updates = updatesPerStep(config);
  const perPass = miniBatches.reduce((sum, data) => sum + data.length, 0);
  const sums = { loss: 0, gradNorm: 0, ratio: 0, tokens: 0, clipped: 0, entropy: 0 };
  let before = 0;
  let mismatch: MismatchFigures | null | undefined;
  for (let pass = 0; pass < config.updatesPerBatch; pass++) {
    for (const data of miniBatches) {
      const result = await engine.forwardBackward(data, loss, (done) =>
        onProgress(before + done, config.updatesPerBatch * perPass),
      );
      const { gradNorm } = await engine.optimStep({ ...config.adam, learningRate });
      before += data.length;
      if (mismatch === undefined)
        mismatch = mismatchFigures(
          data.map(({ logprobs }) => logprobs!),
          result.logprobs,
        );
      const { ratio, tokens } = ratios(data, result);
      sums.loss += result.loss / updates;
      sums.gradNorm += gradNorm / updates;
      sums.ratio += ratio;
      sums.tokens += tokens;
      sums.clipped += result.clipped;
      sums.entropy += result.entropy ?? 0;
    }
  }
  const perToken = (sum: number) => (sums.tokens === 0 ? null : sum / sums.tokens);
  return {
    loss: sums.loss,
    gradNorm: sums.gradNorm,
    importanceRatio: perToken(sums.ratio),
    clipFraction: loss.kind === "importance-sampling" ? null : perToken(sums.clipped),
    mismatch: mismatch ?? null,
    vocabularyEntropy: loss.entropyBonus === undefined ? null : perToken(sums.entropy),
  };
}

/** π/π_sampler summed over tokens, and their number. */
function ratios(
  data: readonly Datum[],
  { logprobs }: ForwardBackwardResult,
): { ratio: number; tokens: number } {
  let ratio = 0;
  let tokens = 0;
  logprobs.forEach((own, i) => {
    const sampled = data[i]!.logprobs!;
    for (let t = 0; t < own.length; t++) ratio += Math.exp(own[t]! - sampled[t]!);
    tokens += own.length;
  });
  return { ratio, tokens };
}
