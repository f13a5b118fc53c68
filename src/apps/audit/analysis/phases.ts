/** Phases of a run, when its accuracy was lost, and how long the fall took. */
import { type Onset, onsetOf } from "../../../core/monitor/course/onset.js";
import { type Phase, type PhaseSpan, phaseSpans, phasesOf } from "../../../core/monitor/course/phases.js";
import { type Transition, transitionOf } from "../../../core/monitor/course/transition.js";
import { trailingMeans } from "../../../core/monitor/statistics/smooth.js";
import type { StepFigures } from "./step-figures.js";
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
  /** The logistic curve of the fall, from the peak on; null where there is no onset, or too few steps. */
  readonly transition: Transition | null;
}

export function auditedPhases(course: readonly StepFigures[]): AuditedPhases {
  const window = phaseWindow(course.length);
  const phi = trailingMeans(
    course.map(({ promptFree }) => promptFree ?? Number.NaN),
    smoothingWindow(course.length),
  );
  const phases = phasesOf(
    course.map(({ step, groups }, i) => ({
      step,
      rewards: groups.map(({ reward, agreement }) => reward ?? agreement),
      accuracies: groups.flatMap(({ accuracy }) => accuracy ?? []),
      promptFree: Number.isNaN(phi[i]!) ? null : phi[i]!,
    })),
    { window },
  );
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
  return onset === null ? null : { ...onset, window, transition: fallOf(course, onset) };
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
  return transitionOf(
    pooled.map((own) => mean((one) => one.step, own)),
    pooled.map((own) => mean((one) => one.accuracy!, own)),
  );
}
