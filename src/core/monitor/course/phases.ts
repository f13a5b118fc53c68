/** The phases of a run: whether reward and accuracy rise, stand or fall together, by slopes with intervals. */
import { mean } from "../../../numbers.js";
import { type ResampleOptions, resampledMeans } from "../../statistics/bootstrap-curves.js";
import type { Interval } from "../../statistics/interval.js";
import { central } from "../../statistics/interval.js";
import { standardError } from "../../statistics/standard-error.js";

/**
 * - `improving`: accuracy rises.
 * - `saturated`: neither reward nor accuracy moves.
 * - `hacking`: reward rises while accuracy falls.
 * - `collapsed`: accuracy is below where it began by more than 5 points and 2 SE; without labels, prompt-free agreement is above ½.
 * - `recovering`: accuracy rises after it was hacked or had collapsed, and is no better yet than before.
 * - `undecided`: none of them; without labels, all that has not collapsed.
 */
export type Phase = "improving" | "saturated" | "hacking" | "collapsed" | "recovering" | "undecided";

/** One step; values are one a prompt. */
export interface PhasePoint {
  readonly step: number;
  readonly rewards: readonly number[];
  /** Of the labelled prompts; empty without any. */
  readonly accuracies: readonly number[];
  /** φ; null where it is not known. */
  readonly promptFree?: number | null;
}

export interface Slope extends Interval {
  /** Per step. */
  readonly value: number;
}

export interface PhaseAt {
  readonly step: number;
  readonly phase: Phase;
  /** Null where the window has too few steps with values. */
  readonly rewardSlope: Slope | null;
  readonly accuracySlope: Slope | null;
}

export interface PhaseOptions extends ResampleOptions {
  /** Steps of the window around each step that slopes are taken over. Default 11. */
  readonly window?: number;
}

const FALL = 0.05;
const ERRORS = 2;
const COLLAPSED_PHI = 0.5;

/** `points` in step order. Slopes are least squares over the window, with 95% bootstrap intervals over prompts. */
export function phasesOf(points: readonly PhasePoint[], options: PhaseOptions = {}): PhaseAt[] {
  const { window = 11 } = options;
  const steps = points.map(({ step }) => step);
  const ofReward = slopes(
    steps,
    points.map(({ rewards }) => rewards),
    window,
    options,
  );
  const accuracies = points.map((point) => point.accuracies);
  const ofAccuracy = slopes(steps, accuracies, window, options);
  const labelled = accuracies.some((values) => values.length > 0);
  const levels = points.map((_, at) => level(accuracies, at, window));
  const start = level(accuracies, 0, window);
  let best = Number.NEGATIVE_INFINITY;
  let lost = false;
  return points.map(({ step, promptFree }, at) => {
    const [rewardSlope, accuracySlope] = [ofReward[at]!, ofAccuracy[at]!];
    const here = levels[at]!;
    const below = start.mean - here.mean > Math.max(FALL, ERRORS * Math.hypot(start.error, here.error));
    const collapsed = labelled ? below : (promptFree ?? 0) > COLLAPSED_PHI;
    const rises = accuracySlope !== null && accuracySlope.low > 0;
    const falls = accuracySlope !== null && accuracySlope.high < 0;
    const phase = ((): Phase => {
      if (rises && lost && here.mean <= best) return "recovering";
      if (collapsed) return "collapsed";
      if (rises) return "improving";
      if (accuracySlope === null || rewardSlope === null) return "undecided";
      if (falls) return rewardSlope.low > 0 ? "hacking" : "undecided";
      return rewardSlope.low <= 0 && rewardSlope.high >= 0 ? "saturated" : "undecided";
    })();
    if (phase === "hacking" || phase === "collapsed") lost = true;
    if (!lost && here.mean > best) best = here.mean;
    if (lost && here.mean > best) lost = false;
    return { step, phase, rewardSlope, accuracySlope };
  });
}

export interface PhaseSpan {
  readonly phase: Phase;
  /** First and last step. */
  readonly from: number;
  readonly to: number;
}

/** Neighbours of one phase as one. */
export function phaseSpans(phases: readonly PhaseAt[]): PhaseSpan[] {
  const spans: { phase: Phase; from: number; to: number }[] = [];
  for (const { step, phase } of phases) {
    const last = spans.at(-1);
    if (last?.phase === phase) last.to = step;
    else spans.push({ phase, from: step, to: step });
  }
  return spans;
}

/** Places of the window around `at`: as many on either side as there are, shifted at the ends. */
function windowAt(at: number, length: number, window: number): [from: number, to: number] {
  const size = Math.min(window, length);
  const from = Math.min(Math.max(0, at - Math.floor(size / 2)), length - size);
  return [from, from + size];
}

/** Mean over the window, and its standard error over prompts; of no values NaN, which no comparison holds for. */
function level(values: readonly (readonly number[])[], at: number, window: number) {
  const [from, to] = windowAt(at, values.length, window);
  const filled = values.slice(from, to).filter((own) => own.length > 0);
  return {
    mean: mean(filled.map(mean)),
    error: Math.hypot(...filled.map(standardError)) / filled.length,
  };
}

function slopes(
  steps: readonly number[],
  values: readonly (readonly number[])[],
  window: number,
  options: ResampleOptions,
): (Slope | null)[] {
  const means = values.map(mean);
  const resampled = resampledMeans(values, options);
  return steps.map((_, at) => {
    const [from, to] = windowAt(at, steps.length, window);
    const places = Array.from({ length: to - from }, (_, i) => from + i).filter((i) => values[i]!.length > 0);
    if (places.length < 3) return null;
    const centre = mean(places.map((i) => steps[i]!));
    const spread = places.reduce((sum, i) => sum + (steps[i]! - centre) ** 2, 0);
    const slope = (of: ArrayLike<number>) =>
      places.reduce((sum, i) => sum + (steps[i]! - centre) * of[i]!, 0) / spread;
    return { value: slope(means), ...central(resampled.map(slope))! };
  });
}
