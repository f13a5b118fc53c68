/** Which signal left its first steps first, and how long before accuracy was lost; the dumb baselines stand beside, as they must be beaten. */
import { leadInWidths, type Transition } from "../../../core/monitor/course/transition.js";
import { leftBand, type Unhealthy } from "./in-control.js";
import type { StepFigures } from "./step-figures.js";

export interface Moved {
  readonly signal: string;
  /** A baseline: what anyone would look at. */
  readonly baseline: boolean;
  /** First step out of its in-control band; null where it stayed. */
  readonly step: number | null;
  readonly direction: "up" | "down" | null;
  /** Steps before the onset, negative after it; null where there is no onset, or the signal stayed. */
  readonly lead: number | null;
  /** The same in widths of the transition. */
  readonly leadInWidths: number | null;
}

interface Signal {
  readonly name: string;
  readonly unhealthy: Unhealthy;
  readonly baseline?: boolean;
  /** The least move that counts. */
  readonly least: number;
  of(step: StepFigures): number | null | undefined;
}

const SIGNALS: readonly Signal[] = [
  { name: "promptFreeAgreement", unhealthy: "up", least: 0.02, of: (s) => s.promptFreeAgreement },
  { name: "excessShare", unhealthy: "up", least: 0.02, of: (s) => s.excess?.excess },
  { name: "answerShift", unhealthy: "up", least: 0.01, of: (s) => s.answerShift },
  {
    name: "effectiveAnswersRatio",
    unhealthy: "down",
    least: 0.05,
    of: (s) => s.effectiveAnswersRatio,
  },
  { name: "distinctMajorityShare", unhealthy: "down", least: 0.02, of: (s) => s.distinctMajorityShare },
  { name: "unanimousShare", unhealthy: "up", least: 0.02, of: (s) => s.unanimousShare },
  { name: "noAnswerShare", unhealthy: "up", least: 0.02, of: (s) => s.noAnswerShare },
  { name: "disconnectedShare", unhealthy: "up", least: 0.02, of: (s) => s.logged.disconnectedShare },
  { name: "maxAdvantage", unhealthy: "up", least: 0, of: (s) => s.logged.maxAdvantage },
  { name: "meanLength", unhealthy: "either", least: 0.5, of: (s) => s.logged.meanLength },
  { name: "truncatedShare", unhealthy: "up", least: 0.02, of: (s) => s.logged.truncatedShare },
  { name: "agreement", unhealthy: "up", least: 0.02, baseline: true, of: (s) => s.agreement },
  { name: "reward", unhealthy: "up", least: 0.02, baseline: true, of: (s) => s.reward },
  { name: "kl", unhealthy: "up", least: 0, baseline: true, of: (s) => s.logged.kl },
  { name: "entropy", unhealthy: "either", least: 0, baseline: true, of: (s) => s.logged.entropy },
];

/** The peak of the gradient norm is no band, but the step that a naive look would name. */
const GRADIENT_PEAK = "gradNormPeak";

export interface MovedFirst {
  /** By step; those that stayed last. */
  readonly signals: readonly Moved[];
  /** Signals that were not there, or on too few steps. */
  readonly unknown: readonly string[];
}

export function movedFirst(
  course: readonly StepFigures[],
  onset: number | null,
  transition: Transition | null,
): MovedFirst {
  const steps = course.map(({ step }) => step);
  const unknown: string[] = [];
  const lead = (step: number | null) => ({
    lead: step === null || onset === null ? null : onset - step,
    leadInWidths:
      step === null || onset === null || transition === null ? null : leadInWidths(step, onset, transition),
  });
  const signals = SIGNALS.flatMap(({ name, unhealthy, least, baseline = false, of }): Moved[] => {
    const found = leftBand(
      steps,
      course.map((step) => of(step) ?? Number.NaN),
      unhealthy,
      least,
    );
    if (found === null) {
      unknown.push(name);
      return [];
    }
    const { step, direction } = found;
    return [{ signal: name, baseline, step, direction, ...lead(step) }];
  });
  const peak = gradientPeak(course);
  if (peak === null) unknown.push(GRADIENT_PEAK);
  else signals.push({ signal: GRADIENT_PEAK, baseline: true, step: peak, direction: "up", ...lead(peak) });
  return {
    signals: signals.sort(
      (a, b) => (a.step ?? Number.POSITIVE_INFINITY) - (b.step ?? Number.POSITIVE_INFINITY) || 0,
    ),
    unknown,
  };
}

function gradientPeak(course: readonly StepFigures[]): number | null {
  let peak: { step: number; norm: number } | null = null;
  for (const { step, logged } of course)
    if (logged.gradNorm !== undefined && (peak === null || logged.gradNorm > peak.norm))
      peak = { step, norm: logged.gradNorm };
  return peak?.step ?? null;
}
