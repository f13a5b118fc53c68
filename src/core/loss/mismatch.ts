/**
 * What lies between the policy that sampled and the same weights in the trainer: by their arithmetic, the two give a token different
 * probabilities. ρ_t = π_trainer/π_sampler of a token, and of a sequence ρ = Π ρ_t. Corrections: truncated importance sampling (Yao et al. 2025,
 * "Your efficient RL framework secretly brings you off-policy RL training"), masked sequences (TRL's sequence mask, verl's rejection sampling),
 * masked tokens (IcePop, Ring-1T 2025).
 */

export interface MismatchFigures {
  /** Mean over tokens of ρ − 1 − log ρ (nats): the k3 estimate of KL(sampler‖trainer). */
  readonly kl: number;
  /** Mean ρ_t; 1 but for rounding where the two agree. */
  readonly ratio: number;
  /** Largest |log ρ_t| (nats). */
  readonly largest: number;
  /** Share of tokens with ρ_t outside [0.5, 2]. */
  readonly outside: number;
}

/** log ρ is held within these, so that one token cannot make a sum infinite. */
const BOUND = 20;
const logRatio = (trained: number, sampled: number): number =>
  Math.max(-BOUND, Math.min(BOUND, trained - sampled));

/** Figures of sequences of T tokens each; null of no token. */
export function mismatchFigures(
  sampled: readonly ArrayLike<number>[],
  trained: readonly ArrayLike<number>[],
): MismatchFigures | null {
  const sums = { kl: 0, ratio: 0, largest: 0, outside: 0, tokens: 0 };
  trained.forEach((own, i) => {
    for (let t = 0; t < own.length; t++) {
      const log = logRatio(own[t]!, sampled[i]![t]!);
      const ratio = Math.exp(log);
      sums.kl += Math.expm1(log) - log;
      sums.ratio += ratio;
      sums.largest = Math.max(sums.largest, Math.abs(own[t]! - sampled[i]![t]!));
      if (ratio < 0.5 || ratio > 2) sums.outside++;
      sums.tokens++;
    }
  });
  const { tokens, largest } = sums;
  if (tokens === 0) return null;
  return { kl: sums.kl / tokens, ratio: sums.ratio / tokens, largest, outside: sums.outside / tokens };
}

export interface MismatchBounds {
  readonly kind: "sequence-mask" | "sequence-truncate" | "token-mask" | "token-truncate";
  readonly low: number;
  readonly high: number;
}

/** What the weights of a sequence's tokens are multiplied by, length T. Masks give 0 and 1, truncation min(ρ, high). */
export function mismatchFactors(
  { kind, low, high }: MismatchBounds,
  sampled: ArrayLike<number>,
  trained: ArrayLike<number>,
): Float64Array {
  const logs = Float64Array.from(trained, (own, t) => logRatio(own, sampled[t]!));
  const sequence = Math.exp(
    Math.max(
      -BOUND,
      Math.min(
        BOUND,
        logs.reduce((sum, log) => sum + log, 0),
      ),
    ),
  );
  const within = (ratio: number): number => (ratio >= low && ratio <= high ? 1 : 0);
  switch (kind) {
    case "sequence-mask":
      return logs.map(() => within(sequence));
    case "sequence-truncate":
      return logs.map(() => Math.min(sequence, high));
    case "token-mask":
      return logs.map((log) => within(Math.exp(log)));
    case "token-truncate":
      return logs.map((log) => Math.min(Math.exp(log), high));
  }
}
