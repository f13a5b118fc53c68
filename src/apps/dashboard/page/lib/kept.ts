/** Steps that something was kept of. */
import type { StepsKept } from "../../api/index.js";

/** All of them, ascending. */
export const stepsOf = ({ ranges }: StepsKept): number[] =>
  ranges.flatMap(([first, last, every]) =>
    Array.from(
      { length: every > 0 ? Math.floor((last - first) / every) + 1 : 1 },
      (_, i) => first + i * every,
    ),
  );

/** Index of the step nearest to `wanted` in an ascending list; −1 in an empty one. */
export function nearest(steps: readonly number[], wanted: number): number {
  let [low, high] = [0, steps.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && Math.abs(steps[low - 1]! - wanted) <= Math.abs(steps[low]! - wanted)) return low - 1;
  return steps.length === 0 ? -1 : low;
}
