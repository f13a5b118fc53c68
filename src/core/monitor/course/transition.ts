/** How long a change takes: a logistic curve fitted to a series, so that leads of slow and fast collapses can be compared. */
import { leastSquares } from "../../statistics/least-squares.js";

export interface Transition {
  /** Values that it goes from and to. */
  readonly from: number;
  readonly to: number;
  /** Step at which half of the way is gone. */
  readonly centre: number;
  /** Steps from 10% to 90% of the way. */
  readonly width: number;
  /** Root of the mean squared residual. */
  readonly error: number;
}

/** 10% to 90% of a logistic 1/(1 + e^(−x/s)) takes 2 ln 9 · s. */
const WIDTH_OF_SCALE = 2 * Math.log(9);
/** Places of the grid of centres and of scales, and how often it is narrowed to a sixth around the best. */
const GRID = 25;
const ROUNDS = 8;

/**
 * Fits from + (to − from)/(1 + e^(−(step − centre)/s)) by least squares: a grid over centre and s, finer each round, and a linear fit of the ends at
 * each place. Give the part from the peak on to fit a fall. Null of fewer than five points, or of equal values. No width is below a tenth of a step's
 * distance, nor above ten times the span.
 */
export function transitionOf(steps: readonly number[], values: readonly number[]): Transition | null {
  if (steps.length < 5 || values.every((value) => value === values[0])) return null;
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const span = last - first;
  const ones = steps.map(() => 1);
  const fitAt = (centre: number, logScale: number): Transition | null => {
    const scale = Math.exp(logScale);
    const risen = steps.map((step) => 1 / (1 + Math.exp(-(step - centre) / scale)));
    const fit = leastSquares([ones, risen], values);
    if (fit === null) return null;
    const [from, rise] = fit.coefficients as [number, number];
    return { from, to: from + rise, centre, width: WIDTH_OF_SCALE * scale, error: fit.error };
  };
  const narrowest = Math.log(span / (steps.length - 1) / 10 / WIDTH_OF_SCALE);
  const widest = Math.log((10 * span) / WIDTH_OF_SCALE);
  let [low, high] = [[first, narrowest] as [number, number], [last, widest] as [number, number]];
  let best: Transition | null = null;
  for (let round = 0; round < ROUNDS; round++) {
    for (let c = 0; c < GRID; c++) {
      for (let s = 0; s < GRID; s++) {
        const at = (axis: 0 | 1, i: number) => low[axis] + ((high[axis] - low[axis]) * i) / (GRID - 1);
        const fit = fitAt(at(0, c), at(1, s));
        if (fit !== null && (best === null || fit.error < best.error)) best = fit;
      }
    }
    if (best === null) return null;
    const place = [best.centre, Math.log(best.width / WIDTH_OF_SCALE)] as const;
    const half = [(high[0] - low[0]) / 12, (high[1] - low[1]) / 12] as const;
    low = [Math.max(first, place[0] - half[0]), Math.max(narrowest, place[1] - half[1])];
    high = [Math.min(last, place[0] + half[0]), Math.min(widest, place[1] + half[1])];
  }
  return best;
}

/** By how many widths of the transition an alarm came before the onset; below 0 where it came after. */
export const leadInWidths = (alarm: number, onset: number, { width }: Pick<Transition, "width">): number =>
  (onset - alarm) / width;
