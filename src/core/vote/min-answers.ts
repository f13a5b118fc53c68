/** How many samples of a group must have an answer for its vote to have a label. */

/** A number of samples, or a share of them as `25%`. */
export type MinAnswers = number | string;

/**
 * Chosen by measurement on public groups: the only answer of eight is right in 19%, the majority of two or more in 65% to 88%
 * (docs/concepts/answers.md). Of groups of up to four it asks for one answer.
 */
export const MIN_ANSWERS = "25%";

/** Over 0% to 100%. */
export const SHARE = /^(?!0+(?:\.0+)?%$)(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/;

/**
 * Samples with an answer that the label of a group of `samples` needs: a share rounded up, and never more than there are: a group that is smaller
 * than the number has a label where all of its samples answer.
 */
export function answersNeeded(minimum: MinAnswers, samples: number): number {
  if (typeof minimum === "number") return Math.min(minimum, samples);
  // In whole units of the last decimal: 7% of 100 is 7, and not 7.000000000000001.
  const [whole = "0", decimals = ""] = minimum.slice(0, -1).split(".");
  const scale = 100n * 10n ** BigInt(decimals.length);
  const needed = BigInt(whole + decimals) * BigInt(samples);
  return Math.max(1, Number((needed + scale - 1n) / scale));
}
