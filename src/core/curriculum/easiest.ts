/** The easy share of a pool: the prompts with the highest scores. */

/** How many prompts a share of the pool is: at least one. */
export const easyCount = (pool: number, fraction: number): number => Math.max(1, Math.round(fraction * pool));

/** Indices of the share with the highest scores, ascending. Equal scores are decided by order. */
export function easiest(scores: readonly number[], fraction: number): number[] {
  const order = scores.map((_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
  return order.slice(0, easyCount(scores.length, fraction)).sort((a, b) => a - b);
}
