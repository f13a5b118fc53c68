/**
 * Bootstrap over prompts of curves. Each step's prompts are drawn on their own, as every step has other prompts; those that come back are drawn
 * once for all steps.
 */
import { mean } from "../../numbers.js";
import { Random } from "../../random.js";

export interface ResampleOptions {
  /** Equal seeds give equal intervals. Default 0. */
  readonly seed?: number;
  /** Default 200. */
  readonly resamples?: number;
  /** Whether all steps have values of the same prompts in the same order, as those of a probe are. Default false. */
  readonly paired?: boolean;
}

/**
 * Means of each step's values, in `resamples` bootstrap samples.
 *
 * @param values_S_P by step, one value a prompt; a step without values has the mean NaN
 * @returns means_R_S
 */
export function resampledMeans(
  values_S_P: readonly (readonly number[])[],
  { seed = 0, resamples = 200, paired = false }: ResampleOptions = {},
): Float64Array[] {
  if (paired) return pairedMeans(values_S_P, seed, resamples);
  return Array.from({ length: resamples }, (_, r) => {
    const random = new Random(seed, r);
    return Float64Array.from(values_S_P, (values) => {
      const n = values.length;
      if (n <= 1) return values[0] ?? Number.NaN;
      let total = 0;
      for (let i = 0; i < n; i++) total += values[random.int(0, n - 1)]!;
      return total / n;
    });
  });
}

function pairedMeans(values_S_P: readonly (readonly number[])[], seed: number, resamples: number) {
  const n = values_S_P[0]?.length ?? 0;
  return Array.from({ length: resamples }, (_, r) => {
    const random = new Random(seed, r);
    const drawn = Array.from({ length: n }, () => random.int(0, n - 1));
    return Float64Array.from(values_S_P, (values) => mean(drawn.map((prompt) => values[prompt]!)));
  });
}
