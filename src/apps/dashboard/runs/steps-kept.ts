/** Many steps in few numbers. */
import type { StepsKept } from "../api/runs.js";

/** `steps` ascending. A range needs three steps of one distance; others stand alone, or in twos. */
export function stepsKept(steps: readonly number[]): StepsKept {
  const ranges: [number, number, number][] = [];
  for (let i = 0; i < steps.length; ) {
    const first = steps[i]!;
    const every = (steps[i + 1] ?? first + 1) - first;
    let last = i;
    while (last + 1 < steps.length && steps[last + 1]! - steps[last]! === every) last++;
    // Two steps that are apart may each begin something else.
    if (last - i < 2 && every > 1) last = i;
    ranges.push([first, steps[last]!, last === i ? 1 : every]);
    i = last + 1;
  }
  return { ranges, count: steps.length };
}
