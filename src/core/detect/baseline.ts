/** What a series is while nothing is wrong: its first values, which later ones are held against. */
import { mean } from "../../numbers.js";

/** Fewest values that say what is normal. */
export const LEAST_PREFIX = 8;

/** Values of the prefix in a series of so many: the first fifth, at least `LEAST_PREFIX`. */
export const prefixOf = (length: number): number => Math.max(LEAST_PREFIX, Math.ceil(length / 5));

export interface Scale {
  readonly mean: number;
  /** With the denominator m − 1. */
  readonly sd: number;
}

export function scaleOf(values: readonly number[]): Scale {
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return { mean: centre, sd: Math.sqrt(squares / (values.length - 1)) };
}

/** Whether there is a spread to measure in, beyond rounding. */
export const varies = ({ mean: centre, sd }: Scale): boolean => sd > 1e-12 * Math.max(1, Math.abs(centre));
