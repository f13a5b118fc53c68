/**
 * What became of a recorded run, read off its accuracy and not off its setting: that of the skill which the base model had, on all prompts that were
 * measured at the steps of an evaluation. Those of the probe come back one by one, so that a fall is a fall of the same prompts. Of those of the
 * evaluation, which come back as well, only the mean was written. They are drawn from the same skill and sampled as often, so how each of them
 * departs from that mean is taken from the prompts of the probe, over and over.
 */
import { onsetOf } from "../../core/monitor/course/onset.js";
import type { SeriesPoint } from "../../core/monitor/course/series.js";
import { transitionOf } from "../../core/monitor/course/transition.js";
import { mean } from "../../numbers.js";
import type { CorpusRun } from "./corpus-format.js";

/** Evaluations that accuracy is smoothed over. */
const WINDOW = 2;
const RESAMPLES = 400;
/** Fewer prompts of the probe do not say how prompts depart from their mean. */
const LEAST_PROMPTS = 4;
/** Share of bootstrap samples over prompts that must agree that accuracy was lost, or that it was not. */
const SURE = 0.95;

export interface Outcome {
  /** `undecided` where the bootstrap is of two minds, or too little was measured. */
  readonly state: "collapsed" | "healthy" | "undecided";
  /** Step from which smoothed accuracy stays below its peak by more than the tolerance; null of a run that did not collapse. */
  readonly onset: number | null;
  /** Share of bootstrap samples that find an onset. */
  readonly found: number;
  /** Smoothed accuracy at the first evaluation, at its highest, and at the last. */
  readonly start: number;
  readonly peak: number;
  readonly end: number;
  /** Steps from 10% to 90% of the fall; null of a run that did not collapse, or where too few evaluations show it. */
  readonly width: number | null;
}

const UNMEASURED: Outcome = {
  state: "undecided",
  onset: null,
  found: 0,
  start: 0,
  peak: 0,
  end: 0,
  width: null,
};

export function outcomeOf(run: Pick<CorpusRun, "accuracy" | "config" | "records">): Outcome {
  const points = accuracyPoints(run);
  const onset = onsetOf(points, { window: WINDOW, paired: true, resamples: RESAMPLES });
  if (onset === null) return UNMEASURED;
  const { found, start, peak, peakStep, step } = onset;
  const means = points.map(({ values }) => mean(values));
  const seen = { found, start, peak, end: mean(means.slice(-WINDOW)) };
  if (step === null)
    return { ...seen, state: found <= 1 - SURE ? "healthy" : "undecided", onset: null, width: null };
  if (found < SURE) return { ...seen, state: "undecided", onset: null, width: null };
  return { ...seen, state: "collapsed", onset: step, width: widthOf(points, means, peakStep) };
}

function widthOf(points: readonly SeriesPoint[], means: readonly number[], peakStep: number): number | null {
  const from = points.findIndex(({ step }) => step === peakStep);
  const fall = transitionOf(
    points.slice(from).map(({ step }) => step),
    means.slice(from),
  );
  return fall !== null && fall.to < fall.from ? fall.width : null;
}

/** Accuracy by prompt at every step that has both an evaluation and a probe; none where the probe has too few prompts of the skill. */
export function accuracyPoints({
  accuracy: { levels, samples, steps, right },
  config,
  records,
}: Pick<CorpusRun, "accuracy" | "config" | "records">): SeriesPoint[] {
  const skill = levels.flatMap((level, prompt) => (config.skill.includes(level) ? [prompt] : []));
  if (skill.length < LEAST_PROMPTS) return [];
  const { mean: measured = [], prompts: sizes = [] } = records.eval.metrics;
  return records.eval.steps.flatMap((step, i): SeriesPoint[] => {
    const at = steps.indexOf(step);
    const [evaluated, size] = [measured[i], sizes[i]];
    if (at < 0 || typeof evaluated !== "number" || typeof size !== "number") return [];
    const probed = skill.map((prompt) => right[at]![prompt]! / samples);
    const alike = Array.from({ length: size }, (_, p) => probed[p % probed.length]!);
    const centre = mean(alike);
    return [{ step, values: [...probed, ...alike.map((value) => evaluated + value - centre)] }];
  });
}
