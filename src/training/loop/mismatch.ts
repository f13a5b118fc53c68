/** Corrects a batch for what lies between sampler and trainer, before the first step is taken on it; see `core/loss/mismatch.ts`. */
import { type Mismatch, mismatchOf } from "../../config/mismatch-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { type MismatchFigures, mismatchFactors, mismatchFigures } from "../../core/loss/mismatch.js";
import type { Datum, Engine } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import type { Batch } from "./update.js";

export interface MismatchResult extends MismatchFigures {
  /** Share of sequences, or of tokens, that was masked; null of a correction that masks none. */
  readonly masked: number | null;
}

/**
 * A batch as it is, where nothing is corrected, else with corrected weights; what is truncated is trained with the trainer's own logprobs, for its
 * ratio is in the weights already. Throws `mismatch-masked` where more is masked than is allowed.
 */
export async function correctMismatch(
  config: Pick<TrainConfig, "mismatch" | "engine">,
  engine: Pick<Engine, "refreshSampler">,
  batch: Batch,
): Promise<Batch> {
  const correction = mismatchOf(config.mismatch, config.engine.kind);
  if (correction === null || batch.data.length === 0) return batch;
  const trained = await (await engine.refreshSampler()).logprobs(batch.data);
  const known = new Map(batch.data.map((datum, i) => [datum, trained[i]!]));
  const figures = mismatchFigures(
    batch.data.map(({ logprobs }) => logprobs!),
    trained,
  );
  const masks = correction.kind.endsWith("mask");
  let masked = 0;
  let all = 0;
  const correct = (datum: Datum): Datum => {
    const own = known.get(datum)!;
    const factors = mismatchFactors(correction, datum.logprobs!, own);
    if (masks) {
      const zeros = factors.filter((factor) => factor === 0).length;
      masked += correction.kind === "sequence-mask" ? Math.sign(zeros) : zeros;
      all += correction.kind === "sequence-mask" ? 1 : factors.length;
      return zeros === 0 ? datum : weighted(datum, factors);
    }
    return { ...datum, weights: datum.weights.map((weight, t) => weight * factors[t]!), logprobs: own };
  };
  const miniBatches = batch.miniBatches.map((data) => data.map(correct));
  const share = masks ? masked / Math.max(1, all) : null;
  if (share !== null && share > correction.stopAbove) throw tooMuch(share, correction);
  const mismatch = figures && { ...figures, masked: share };
  return { ...batch, miniBatches, data: miniBatches.flat(), mismatch };
}

/** What is masked has no term of the loss either. */
const weighted = (datum: Datum, factors: Float64Array): Datum => ({
  ...datum,
  weights: datum.weights.map((weight, t) => weight * factors[t]!),
  ...(datum.scales ? { scales: datum.scales.map((scale, t) => scale * factors[t]!) } : {}),
});

const tooMuch = (share: number, { kind, low, high, stopAbove }: Mismatch): SelftrainError =>
  new SelftrainError({
    code: "mismatch-masked",
    message: "sampler and trainer disagree so much that little is left to train on",
    found: `${(100 * share).toFixed(1)}% masked by ${kind}, ρ outside [${low}, ${high}]`,
    expected: `${100 * stopAbove}% at most (mismatch.stopAbove)`,
    where: "mismatch",
    remedy:
      "make the server's sampler and trainer agree (the same precision, kernels and weights), or allow more in mismatch",
  });

/** The metrics of it. */
export const mismatchMetrics = (
  own: MismatchResult | MismatchFigures | null,
): Record<string, number | null> =>
  own === null
    ? {}
    : {
        mismatchKl: own.kl,
        mismatchRatio: own.ratio,
        mismatchLargest: own.largest,
        mismatchOutside: own.outside,
        mismatchMasked: "masked" in own ? own.masked : null,
      };
