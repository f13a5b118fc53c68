/** When a figure left what it was at first: a band around its first steps, and the first step from which it stays outside for a while. */

import { trailingMeans } from "../../../core/statistics/smooth.js";
import { standardError } from "../../../core/statistics/standard-error.js";
import { mean } from "../../../numbers.js";

export interface InControl {
  /** The band that the smoothed figure is held against. */
  readonly low: number;
  readonly high: number;
  /** Steps that it was taken from. */
  readonly steps: number;
}

export interface LeftBand {
  readonly band: InControl;
  /** Null where it never left. */
  readonly step: number | null;
  readonly direction: "up" | "down" | null;
}

/** Where the figure moves when a run goes wrong; `either` where both have been seen. */
export type Unhealthy = "up" | "down" | "either";

const PREFIX_SHARE = 0.2;
const PREFIX_LEAST = 8;
/** Steps that are smoothed over, and that it must stay outside. */
const STEADY = 3;
/** Standard deviations of the smoothed prefix: it is short, and its steps are not independent. */
const DEVIATIONS = 4;

/**
 * Values of NaN are passed over. `least` is the narrowest half-width of the band, as what never moved at first would leave it by anything. Null where
 * there are too few steps for a prefix and anything after it.
 */
export function leftBand(
  steps: readonly number[],
  values: readonly number[],
  unhealthy: Unhealthy,
  least = 0,
): LeftBand | null {
  const known = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [{ step: steps[i]!, value }]));
  const prefix = Math.max(PREFIX_LEAST, Math.ceil(PREFIX_SHARE * known.length));
  if (known.length < prefix + STEADY) return null;
  const smoothed = trailingMeans(
    known.map(({ value }) => value),
    STEADY,
  );
  const first = [...smoothed.subarray(STEADY - 1, prefix)];
  const centre = mean(first);
  const half = Math.max(least, DEVIATIONS * standardError(first) * Math.sqrt(first.length));
  const band = { low: centre - half, high: centre + half, steps: prefix };
  const sides = [...smoothed].map((value) => sideOf(value, band));
  for (let i = prefix; i + STEADY <= sides.length; i++) {
    const direction = sides[i]!;
    if (direction === null || (unhealthy !== "either" && direction !== unhealthy)) continue;
    if (sides.slice(i, i + STEADY).every((side) => side === direction))
      return { band, step: known[i]!.step, direction };
  }
  return { band, step: null, direction: null };
}

const sideOf = (value: number, { low, high }: InControl): "up" | "down" | null =>
  value > high ? "up" : value < low ? "down" : null;
