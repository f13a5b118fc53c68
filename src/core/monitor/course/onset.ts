/** When accuracy was lost: the first step from which it stays below its peak by more than chance. */
import { mean } from "../../../numbers.js";
import { central, type ResampleOptions, resampledMeans, standardError } from "../statistics/resample.js";
import { trailingMeans } from "../statistics/smooth.js";
import type { Interval } from "../statistics/wilson.js";
import type { SeriesPoint } from "./series.js";

export interface Onset {
  /** Smoothed value at the first point, and at the highest with its step. */
  readonly start: number;
  readonly peak: number;
  readonly peakStep: number;
  /** max(10% of peak − start, 5 points, 2 SE of the difference of the peak and the end): a fall by less is none. */
  readonly tolerance: number;
  /** First step from which every smoothed value is below peak − tolerance; null where the last one is not. */
  readonly step: number | null;
  /** Central 95% of the steps that bootstrap samples over prompts find; null where none finds one. */
  readonly interval: Interval | null;
  /** Share of the bootstrap samples that find one. */
  readonly found: number;
}

export interface OnsetOptions extends ResampleOptions {
  /** Points that a trailing mean smooths over. Default 5; 1 for evaluations that are far apart. */
  readonly window?: number;
}

const SHARE_OF_GAIN = 0.1;
const LEAST = 0.05;
const ERRORS = 2;

/**
 * `points` in step order; those without values are passed over. Null without points. The peak is the highest of many values, and so above the level
 * of a run that only varies: of few prompts one may be found by chance, which a wide interval shows.
 */
export function onsetOf(points: readonly SeriesPoint[], options: OnsetOptions = {}): Onset | null {
  const { window = 5 } = options;
  const there = points.filter(({ values }) => values.length > 0);
  if (there.length === 0) return null;
  const values = there.map((point) => point.values);
  const errors = values.map(standardError);
  const own = find(values.map(mean), errors, window);
  const stepAt = (at: number | null) => (at === null ? null : there[at]!.step);
  const samples = resampledMeans(values, options).map((means) => stepAt(find(means, errors, window).at));
  const onsets = samples.filter((step) => step !== null);
  return {
    start: own.start,
    peak: own.peak,
    peakStep: there[own.peakAt]!.step,
    tolerance: own.tolerance,
    step: stepAt(own.at),
    interval: central(onsets),
    found: samples.length === 0 ? 0 : onsets.length / samples.length,
  };
}

function find(means: ArrayLike<number>, errors: readonly number[], window: number) {
  const smoothed = trailingMeans(means, window);
  let peakAt = 0;
  for (let i = 1; i < smoothed.length; i++) if (smoothed[i]! > smoothed[peakAt]!) peakAt = i;
  const [start, peak] = [smoothed[0]!, smoothed[peakAt]!];
  const error = Math.hypot(errorAt(errors, peakAt, window), errorAt(errors, errors.length - 1, window));
  const tolerance = Math.max(SHARE_OF_GAIN * (peak - start), LEAST, ERRORS * error);
  let at: number | null = null;
  for (let i = smoothed.length - 1; i > peakAt && smoothed[i]! < peak - tolerance; i--) at = i;
  return { start, peak, peakAt, tolerance, at };
}

/** Standard error of a trailing mean: the steps of a window are independent draws, and their variances add up. */
function errorAt(errors: readonly number[], at: number, window: number): number {
  const used = errors.slice(Math.max(0, at - window + 1), at + 1);
  return Math.hypot(...used) / used.length;
}
