/** Sums, means and shares, in one way wherever they are taken: floating point gives other digits in another order. */

/** From the first value to the last; 0 of none. */
export function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** In ascending order, so that it does not depend on the order of the values. */
export const sumAscending = (values: readonly number[]): number => sum(values.toSorted((a, b) => a - b));

/** NaN of none. */
export const mean = (values: ArrayLike<number>): number => sum(values) / values.length;

/** How many of the items it holds for. */
export const countOf = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  items.filter(holds).length;

/** The part of the items that it holds for, from 0 to 1; NaN of none. */
export const shareOf = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  countOf(items, holds) / items.length;
