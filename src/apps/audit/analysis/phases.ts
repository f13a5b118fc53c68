/** Phases of a run, when its accuracy was lost, and how long the fall took. */
import { type Onset, onsetOf } from "../../../core/monitor/course/onset.js";
import {
  type Phase,
  type PhaseAt,
  type PhasePoint,
  type PhaseSpan,
  phaseSpans,
  phasesOf,
  type Slope,
} from "../../../core/monitor/course/phases.js";
import { type Transition, transitionOf } from "../../../core/monitor/course/transition.js";
import { trailingMeans } from "../../../core/statistics/smooth.js";
import type { StepFigures } from "./step-figures.js";
import type { GroupFigures } from "./votes.js";
import { phaseWindow, smoothingWindow } from "./windows.js";

export interface AuditedSpan extends PhaseSpan {
  /** Whether it says that the run went wrong: every collapse; hacking that lasts as long as the window, so that two windows apart show it. */
  readonly wrong: boolean;
}

export interface AuditedPhases {
  /** Steps of the window of slopes and levels. */
  readonly window: number;
  readonly labelled: boolean;
  readonly spans: readonly AuditedSpan[];
}

export interface AuditedOnset extends Onset {
  /** Steps that are smoothed over. */
  readonly window: number;
  /** Slopes from the peak to the end, whose intervals say whether it was hacked: the reward rose, accuracy fell. Null where there is no onset. */
  readonly fromPeak: {
    readonly rewardSlope: Slope | null;
    readonly accuracySlope: Slope | null;
    readonly hacking: boolean;
  } | null;
  /** The logistic curve of the fall, from the peak on; null where there is no onset, on too few steps, and of a fall within one. */
  readonly transition: Transition | null;
}

/** What phases are told by. */
export type Course = readonly (Pick<StepFigures, "step" | "accuracy" | "promptFreeAgreement"> & {
  readonly groups: readonly Pick<GroupFigures, "agreement" | "reward" | "accuracy">[];
})[];

export function auditedPhases(course: Course): AuditedPhases {
  const window = phaseWindow(course.length);
  const ignored = ignoresPrompts(course.map(({ promptFreeAgreement }) => promptFreeAgreement));
  const found = phasesOf(pointsOf(course), { window }).map((own, i) =>
    ignored[i] && own.phase !== "improving" && own.phase !== "recovering"
      ? { ...own, phase: "collapsed" as const }
      : own,
  );
  const phases = withoutBlips(found, window);
  const steps = course.map(({ step }) => step);
  const lasting = (from: number, to: number) => steps.filter((step) => step >= from && step <= to).length;
  return {
    window,
    labelled: course.some(({ accuracy }) => accuracy !== null),
    spans: phaseSpans(phases).map((span) => ({
      ...span,
      wrong: isWrong(span, lasting(span.from, span.to), window),
    })),
  };
}

/** φ from which most agreement needs no prompt, and what it must have risen by: a base that cannot do its prompts yet begins above it. */
const MOST = 0.5;
const RISEN = 0.05;

/** At which steps answers have come to ignore the prompt: smoothed φ is above a half, and above what it was in the first window. */
export function ignoresPrompts(promptFreeAgreement: readonly (number | null)[]): boolean[] {
  const window = smoothingWindow(promptFreeAgreement.length);
  const phi = trailingMeans(
    promptFreeAgreement.map((own) => own ?? Number.NaN),
    window,
  );
  const first = phi[Math.min(window, phi.length) - 1]!;
  return [...phi].map((own) => own > MOST && (own > first + RISEN || Number.isNaN(first)));
}

const pointsOf = (course: Course): PhasePoint[] =>
  course.map(({ step, groups }) => ({
    step,
    rewards: groups.flatMap(({ reward, agreement }) => reward ?? agreement ?? []),
    accuracies: groups.flatMap(({ accuracy }) => accuracy ?? []),
  }));

/**
 * A phase that interrupts another one for less than half a window is part of it: its window shares most of its steps with theirs, and of many windows
 * some differ by chance.
 */
function withoutBlips(phases: readonly PhaseAt[], window: number): PhaseAt[] {
  const steadied = [...phases];
  for (let from = 0; from < phases.length; ) {
    let to = from;
    while (phases[to]?.phase === phases[from]!.phase) to++;
    const [before, after] = [steadied[from - 1], phases[to]];
    if (before !== undefined && before.phase === after?.phase && 2 * (to - from) < window)
      for (let i = from; i < to; i++) steadied[i] = { ...phases[i]!, phase: before.phase };
    from = to;
  }
  return steadied;
}

const isWrong = ({ phase }: { phase: Phase }, steps: number, window: number): boolean =>
  phase === "collapsed" || (phase === "hacking" && steps >= window);

/** Null without true answers. */
export function auditedOnset(course: readonly StepFigures[]): AuditedOnset | null {
  const window = smoothingWindow(course.length);
  const points = course.map(({ step, groups }) => ({
    step,
    values: groups.flatMap(({ accuracy }) => accuracy ?? []),
  }));
  const onset = onsetOf(points, { window });
  return onset === null
    ? null
    : { ...onset, window, fromPeak: sincePeak(course, onset), transition: fallOf(course, onset) };
}

/** Share of the bootstrap samples that must find an onset for it to be none of chance. */
const CERTAIN = 0.975;

function sincePeak(
  course: readonly StepFigures[],
  { step, peakStep, found }: Onset,
): AuditedOnset["fromPeak"] {
  if (step === null) return null;
  const points = pointsOf(course.filter((own) => own.step >= peakStep));
  const { rewardSlope, accuracySlope } = phasesOf(points, { window: points.length })[0]!;
  const apart = (rewardSlope?.low ?? 0) > 0 && (accuracySlope?.high ?? 0) < 0;
  return { rewardSlope, accuracySlope, hacking: apart && found >= CERTAIN };
}

/** Points that a logistic curve is fitted to: more say no more. */
const FITTED = 200;

function fallOf(course: readonly StepFigures[], { step, peakStep }: Onset): Transition | null {
  if (step === null) return null;
  const fall = course.filter((own) => own.step >= peakStep && own.accuracy !== null);
  const every = Math.ceil(fall.length / FITTED);
  const pooled = Array.from({ length: Math.ceil(fall.length / every) }, (_, i) =>
    fall.slice(i * every, (i + 1) * every),
  );
  const mean = (of: (own: StepFigures) => number, own: readonly StepFigures[]) =>
    own.reduce((sum, one) => sum + of(one), 0) / own.length;
  const steps = pooled.map((own) => mean((one) => one.step, own));
  const found = transitionOf(
    steps,
    pooled.map((own) => mean((one) => one.accuracy!, own)),
  );
  // What is over within a step has no width that can be told.
  return found === null || found.width < steps[1]! - steps[0]! ? null : found;
}
