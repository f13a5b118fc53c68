/** A mean over seeds with its 95% t interval. */
import { mean as meanOf } from "../../numbers.js";
import { standardError } from "./standard-error.js";
import { t975 } from "./student-t.js";

export interface OverSeeds {
  readonly mean: number;
  /** Half the width of the 95% interval of the mean; null of one value. */
  readonly half: number | null;
  /** Values that it is of. */
  readonly n: number;
}

/** Null of no values. */
export function overSeeds(values: readonly number[]): OverSeeds | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = meanOf(values);
  if (n === 1) return { mean, half: null, n };
  return { mean, half: t975(n - 1) * standardError(values), n };
}
