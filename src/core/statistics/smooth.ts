/** Trailing means of a series. */

/**
 * At each place the mean of the last `window` values that are numbers, itself included; NaN where there is none. Trailing, so that a value says
 * nothing of what came after it.
 */
export function trailingMeans(values: ArrayLike<number>, window: number): Float64Array {
  return Float64Array.from({ length: values.length }, (_, at) => {
    let [total, count] = [0, 0];
    for (let i = Math.max(0, at - window + 1); i <= at; i++) {
      const value = values[i]!;
      if (Number.isNaN(value)) continue;
      total += value;
      count++;
    }
    return total / count;
  });
}
