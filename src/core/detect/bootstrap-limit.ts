/**
 * The limit of a CUSUM from its own prefix: many surrogates of a healthy series are drawn from it in blocks, which keeps how neighbours hang
 * together, and the limit is the height that only a share alpha of them ever reaches. Each surrogate has a prefix of its own, so that the error of
 * estimating mean and spread is in it.
 */
import { Random } from "../../random.js";
import { scaleOf, varies } from "./baseline.js";
import { cusumStep } from "./cusum-step.js";

/** Surrogate series that the limit is read off. */
const SURROGATES = 200;

export interface LimitOptions {
  readonly k: number;
  /** Share of healthy series that may alarm. */
  readonly alpha: number;
  /** Values that are watched after the prefix. */
  readonly length: number;
  readonly seed: number;
}

/** Length of a block: the cube root of the prefix's (Künsch 1989). */
export const blockLength = (prefix: number): number => Math.max(1, Math.round(Math.cbrt(prefix)));

/** The (1 − alpha) quantile of the highest sum that a surrogate reaches. `prefix` has some spread. */
export function bootstrapLimit(prefix: readonly number[], { k, alpha, length, seed }: LimitOptions): number {
  const random = new Random(seed, prefix.length, length);
  const peaks: number[] = [];
  while (peaks.length < SURROGATES) {
    const surrogate = drawnInBlocks(prefix, prefix.length + length, random);
    const scale = scaleOf(surrogate.slice(0, prefix.length));
    // A draw of equal values has no scale to measure in: it is drawn again.
    if (!varies(scale)) continue;
    let sum = 0;
    let peak = 0;
    for (const value of surrogate.slice(prefix.length)) {
      sum = cusumStep(sum, (value - scale.mean) / scale.sd, k);
      peak = Math.max(peak, sum);
    }
    peaks.push(peak);
  }
  peaks.sort((a, b) => a - b);
  return peaks[Math.min(SURROGATES - 1, Math.ceil((1 - alpha) * SURROGATES) - 1)]!;
}

/** Blocks of consecutive values, each from a place of its own; the end goes on at the beginning. */
function drawnInBlocks(values: readonly number[], count: number, random: Random): number[] {
  const block = blockLength(values.length);
  const drawn: number[] = [];
  while (drawn.length < count) {
    const start = random.int(0, values.length - 1);
    for (let i = 0; i < block && drawn.length < count; i++) drawn.push(values[(start + i) % values.length]!);
  }
  return drawn;
}
