/**
 * A policy loss as coefficients: its derivative by each token's logprob. A loss L(log π) has the gradient of −Σ c·log π with
 * c = −∂L/∂log π held fixed, so an engine that knows no more than weighted logprobs trains by any of them. What depends on the whole
 * distribution, an entropy bonus, is none of these.
 */
import type { KlEstimator } from "./kl.js";
import type { KlTerm, PolicyLoss } from "./loss.js";

/** One sequence of T tokens. */
export interface LossSequence {
  /** Length T. */
  readonly weights: ArrayLike<number>;
  /** The sampler's, length T. */
  readonly sampled: ArrayLike<number>;
  /** The current policy's, length T. */
  readonly current: ArrayLike<number>;
  /** Of the KL term, length T. */
  readonly reference?: ArrayLike<number> | undefined;
  readonly scales?: ArrayLike<number> | undefined;
}

export interface LossCoefficients {
  /** Of the sequence, the sum over its tokens. */
  readonly loss: number;
  /** Tokens whose ratio was clipped. */
  readonly clipped: number;
  /** c of each token, length T. */
  readonly coefficients: Float64Array;
}

interface Term {
  readonly value: number;
  /** Derivative of the value by log π. */
  readonly slope: number;
  readonly clipped?: boolean;
}

/** min(w·r, w·clip(r)), which is to be maximised. At a tie the gradient flows. */
function clippedTerm(weight: number, ratio: number, low: number, high: number): Term {
  const plain = weight * ratio;
  const bounded = weight * Math.max(Math.min(ratio, 1 + high), 1 - low);
  return bounded < plain
    ? { value: bounded, slope: 0, clipped: true }
    : { value: plain, slope: plain, clipped: false };
}

function term(loss: PolicyLoss, weight: number, logRatio: number, sequence: number, current: number): Term {
  if (weight === 0 && loss.kind !== "cispo") return { value: 0, slope: 0 };
  switch (loss.kind) {
    case "importance-sampling": {
      const value = weight * Math.exp(logRatio);
      return { value, slope: value };
    }
    case "ppo-clip": {
      const own = clippedTerm(weight, Math.exp(logRatio), loss.low, loss.high);
      const floor = loss.dualClip === undefined ? -Infinity : weight * loss.dualClip;
      return weight < 0 && floor > own.value ? { ...own, value: floor, slope: 0 } : own;
    }
    case "gspo":
      return clippedTerm(weight, Math.exp(sequence), loss.low, loss.high);
    case "cispo": {
      const ratio = Math.exp(logRatio);
      const bounded = Math.max(Math.min(ratio, 1 + loss.high), 1 - loss.low);
      return { value: weight * bounded * current, slope: weight * bounded, clipped: bounded !== ratio };
    }
  }
}

/** KL estimates by d = log π_ref − log π, and their derivatives by log π. */
const KL: Readonly<Record<KlEstimator, (d: number) => Term>> = {
  k1: (d) => ({ value: -d, slope: 1 }),
  k2: (d) => ({ value: (d * d) / 2, slope: -d }),
  k3: (d) => ({ value: Math.expm1(d) - d, slope: -Math.expm1(d) }),
};

function klTerm({ estimator, coefficient, corrected }: KlTerm, d: number, logRatio: number): Term {
  const { value, slope } = KL[estimator](d);
  const ratio = corrected ? Math.exp(logRatio) : 1;
  const through = corrected ? ratio * value : 0;
  return { value: coefficient * ratio * value, slope: coefficient * (ratio * slope + through) };
}

/** Loss and coefficients of a sequence; an entropy bonus is left out. */
export function lossCoefficients(loss: PolicyLoss, sequence: LossSequence): LossCoefficients {
  const { weights, sampled, current, reference, scales } = sequence;
  const length = weights.length;
  let sum = 0;
  for (let t = 0; t < length; t++) sum += current[t]! - sampled[t]!;
  const mean = length === 0 ? 0 : sum / length;
  const coefficients = new Float64Array(length);
  let total = 0;
  let clipped = 0;
  for (let t = 0; t < length; t++) {
    const logRatio = current[t]! - sampled[t]!;
    const own = term(loss, weights[t]!, logRatio, mean, current[t]!);
    total -= own.value;
    coefficients[t] = own.slope;
    if (own.clipped) clipped++;
    const scale = scales?.[t] ?? 0;
    if (!loss.kl || scale === 0) continue;
    const kl = klTerm(loss.kl, reference![t]! - current[t]!, logRatio);
    total += scale * kl.value;
    coefficients[t]! -= scale * kl.slope;
  }
  return { loss: total, clipped, coefficients };
}
