/** The audit in one sentence or two: what became of accuracy, when, and how sure that is. */
import { MISSING, percent } from "../../report/format.js";
import { endsOf } from "../figures.js";
import type { Attractor } from "./attractor.js";
import type { AuditedOnset, AuditedPhases } from "./phases.js";
import type { StepFigures } from "./step-figures.js";

export interface VerdictParts {
  readonly course: readonly StepFigures[];
  readonly phases: AuditedPhases;
  readonly onset: AuditedOnset | null;
  readonly attractor: Attractor | null;
}

/** Share of the bootstrap samples with a loss from which it is said: resampling adds noise, and healthy runs have a few. */
const DOUBT = 0.25;

export function verdictSentence(parts: VerdictParts): string {
  const { course } = parts;
  if (course.length === 1) {
    const { step, agreement, accuracy } = course[0]!;
    const right = accuracy === null ? "" : `, accuracy ${percent(accuracy)}`;
    return `One step alone (${step}): agreement ${percent(agreement)}${right}. A course needs several.`;
  }
  return parts.onset === null ? labelFree(parts) : labelled(parts, parts.onset);
}

function labelled({ course, phases, attractor }: VerdictParts, onset: AuditedOnset): string {
  const { peak, peakStep, step, interval, tolerance, found } = onset;
  const { first: start, last: end } = ends(course, ({ accuracy }) => accuracy);
  const taken = attractor === null ? "" : ` One answer, ${short(attractor.answer)}, took over.`;
  if (step === null) {
    const worst = phases.spans.find(({ wrong }) => wrong);
    const doubt =
      found >= DOUBT
        ? ` A loss shows in ${percent(found)} of the bootstrap samples: look again with more steps.`
        : "";
    if (worst === undefined)
      return `Nothing lost: accuracy went from ${percent(start)} to ${percent(end)}, and never stayed more than ${points(tolerance)} below its peak.${doubt}`;
    if (worst.to === course.at(-1)!.step)
      return `${called(worst.phase)} from step ${worst.from} on: ${promptFree(course)}; accuracy went from ${percent(start)} to ${percent(end)}.${taken}`;
    return `${called(worst.phase)} at steps ${worst.from}–${worst.to}, and it came back: accuracy went from ${percent(start)} to ${percent(end)}.${doubt}`;
  }
  const sure = interval === null ? "" : ` [${Math.round(interval.low)}, ${Math.round(interval.high)}]`;
  const reward = ends(course, (own) => own.reward ?? own.agreement);
  const collapsed = phases.spans.some(({ phase, to }) => phase === "collapsed" && to >= step);
  const kind = collapsed
    ? "Collapsed"
    : onset.fromPeak?.hacking || phases.spans.some(({ wrong }) => wrong)
      ? "Hacked"
      : "Accuracy was lost";
  return `${kind}: accuracy peaked at ${percent(peak)} (step ${peakStep}), was lost from step ${step}${sure} on and ends at ${percent(end)}, while the reward went from ${percent(reward.first)} to ${percent(reward.last)}.${taken}`;
}

function labelFree({ course, phases, attractor }: VerdictParts): string {
  const agreement = ends(course, (own) => own.agreement);
  const collapsed = phases.spans.find(({ phase }) => phase === "collapsed");
  const grown =
    attractor === null ? "" : ` One answer, ${short(attractor.answer)}, grew by ${points(attractor.excess)}.`;
  const figures = `agreement went from ${percent(agreement.first)} to ${percent(agreement.last)}, and ${promptFree(course)}`;
  return collapsed === undefined
    ? `No collapse seen without true answers: ${figures}.${grown} A slow wrong consensus would not show.`
    : `Collapsed: from step ${collapsed.from} on most agreement needs no prompt; ${figures}.${grown}`;
}

/** What became of φ, as part of a sentence. */
function promptFree(course: readonly StepFigures[]): string {
  const phi = ends(course, ({ promptFreeAgreement }) => promptFreeAgreement);
  return `the part of agreement that needs no prompt (φ) went from ${fraction(phi.first)} to ${fraction(phi.last)}`;
}

const fraction = (value: number | null): string => (value === null ? MISSING : value.toFixed(2));
const called = (phase: string): string => `${phase[0]!.toUpperCase()}${phase.slice(1)}`;
const points = (share: number): string => `${(100 * share).toFixed(1)} points`;
const short = (answer: string): string => `"${answer.length > 24 ? `${answer.slice(0, 23)}…` : answer}"`;

const ends = (course: readonly StepFigures[], of: (step: StepFigures) => number | null) =>
  endsOf(course.map(of));
