/** When accuracy was lost: the first step from which it stays below its peak by more than chance. */
import { mean } from "../../../numbers.js";
import { type ResampleOptions, resampledMeans } from "../../statistics/bootstrap-curves.js";
import type { Interval } from "../../statistics/interval.js";
import { central } from "../../statistics/interval.js";
import { trailingMeans } from "../../statistics/smooth.js";
import { standardError } from "../../statistics/standard-error.js";
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
  const errorOf = options.paired
    ? (a: number, b: number) => pairedError(values, a, b, window)
    : independentError(values.map(standardError), window);
  const own = find(values.map(mean), errorOf, window);
  const stepAt = (at: number | null) => (at === null ? null : there[at]!.step);
  const samples = resampledMeans(values, options).map((means) => stepAt(find(means, errorOf, window).at));
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

/** Standard error of the difference of the trailing means at two places. */
type ErrorOf = (a: number, b: number) => number;

function find(means: ArrayLike<number>, errorOf: ErrorOf, window: number) {
  const smoothed = trailingMeans(means, window);
  let peakAt = 0;
  for (let i = 1; i < smoothed.length; i++) if (smoothed[i]! > smoothed[peakAt]!) peakAt = i;
  const [start, peak] = [smoothed[0]!, smoothed[peakAt]!];
  const error = errorOf(peakAt, smoothed.length - 1);
  const tolerance = Math.max(SHARE_OF_GAIN * (peak - start), LEAST, ERRORS * error);
  let at: number | null = null;
  for (let i = smoothed.length - 1; i > peakAt && smoothed[i]! < peak - tolerance; i--) at = i;
  return { start, peak, peakAt, tolerance, at };
}

/** The steps of a window are independent draws, as are those of two windows, and their variances add up. */
function independentError(errors: readonly number[], window: number): ErrorOf {
  const errorAt = (at: number) => {
    const used = errors.slice(Math.max(0, at - window + 1), at + 1);
    return Math.hypot(...used) / used.length;
  };
  return (a, b) => Math.hypot(errorAt(a), errorAt(b));
}

/** Of the same prompts at both places: how much their own differences vary. */
function pairedError(
  values_S_P: readonly (readonly number[])[],
  a: number,
  b: number,
  window: number,
): number {
  const meanOf = (prompt: number, at: number) =>
    mean(values_S_P.slice(Math.max(0, at - window + 1), at + 1).map((values) => values[prompt]!));
  return standardError(values_S_P[0]!.map((_, prompt) => meanOf(prompt, a) - meanOf(prompt, b)));
}
