/** Confidence intervals over prompts by the percentile bootstrap (Efron & Tibshirani 1993, chapter 13). */

import { SelftrainError } from "../../errors.js";
import { Random } from "../../random.js";
import { quantileOf } from "./interval.js";

/** A mean over prompts and its confidence interval. */
export interface Estimate {
  readonly value: number;
  readonly lo: number;
  readonly hi: number;
}

export interface BootstrapOptions {
  /** Equal seeds give equal intervals. */
  readonly seed: number;
  /** Bootstrap samples. Default 2000. */
  readonly resamples?: number;
  /** Coverage. Default 0.95. */
  readonly level?: number;
}

/**
 * Means of M figures over P prompts, with intervals. Prompts are resampled as whole rows, so that figures of the same
 * prompt stay together; with equal seed and P the resamples are equal too, so that arms evaluated on the same prompts
 * are compared in pairs (for a difference, pass the differences a prompt).
 *
 * The samples of a prompt are not resampled: the interval says how the figure would vary over prompts.
 *
 * @param rows_P_M finite numbers
 * @returns M estimates
 *
 * Throws `bootstrap-bad-data` for no prompts, ragged rows or numbers that are not finite.
 */
export function bootstrapMeans(
  rows_P_M: readonly (readonly number[])[],
  options: BootstrapOptions,
): Estimate[] {
  const prompts = rows_P_M.length;
  const figures = rows_P_M[0]?.length ?? 0;
  checkRows(rows_P_M, figures);
  const { seed, resamples = 2000, level = 0.95 } = options;
  const random = new Random(seed);
  // Sums are divided last, so that a figure that is equal for all prompts has an interval of exactly no width.
  const means_M_R = Array.from({ length: figures }, () => new Float64Array(resamples));
  for (let r = 0; r < resamples; r++) {
    for (let draw = 0; draw < prompts; draw++) {
      const row = rows_P_M[random.int(0, prompts - 1)]!;
      for (let m = 0; m < figures; m++) means_M_R[m]![r]! += row[m]!;
    }
  }
  return means_M_R.map((means, m) => {
    means.sort();
    for (let r = 0; r < resamples; r++) means[r]! /= prompts;
    return {
      value: rows_P_M.reduce((sum, row) => sum + row[m]!, 0) / prompts,
      lo: quantileOf(means, (1 - level) / 2),
      hi: quantileOf(means, (1 + level) / 2),
    };
  });
}

function checkRows(rows: readonly (readonly number[])[], figures: number): void {
  const bad = rows.findIndex((row) => row.length !== figures || !row.every(Number.isFinite));
  if (rows.length > 0 && bad < 0) return;
  throw new SelftrainError({
    code: "bootstrap-bad-data",
    message: "A bootstrap needs at least one prompt, and the same number of finite figures for each",
    found: rows[bad] ?? [],
    expected: figures > 0 ? `${figures} finite numbers` : "at least one prompt",
    where: bad < 0 ? "no prompts" : `prompt ${bad}`,
    remedy: "Evaluate at least one prompt, and look for figures that are NaN",
  });
}
