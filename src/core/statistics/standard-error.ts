/** How far a mean may be off. */
import { mean } from "../../numbers.js";

/** Standard error of a mean of values over prompts: 0 of one value, whose spread is not known. */
export function standardError(values: readonly number[]): number {
  const n = values.length;
  if (n <= 1) return 0;
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / (n - 1) / n);
}
