/** Whether agreement means what it says, at the start of a run, at its peak and at its end. */
import { auroc } from "../../../core/monitor/calibration/auroc.js";
import { type Brier, brier } from "../../../core/monitor/calibration/brier.js";
import { type Reliability, reliability } from "../../../core/monitor/calibration/reliability.js";
import { mean, shareOf } from "../../../numbers.js";
import type { StepFigures } from "./step-figures.js";
import { smoothingWindow } from "./windows.js";

export interface ReliabilityAt extends Reliability {
  readonly at: "start" | "peak" | "end";
  /** Steps whose votes are pooled. */
  readonly from: number;
  readonly to: number;
  readonly votes: number;
  readonly agreement: number;
  readonly majorityAccuracy: number;
  readonly auroc: number | null;
  readonly brier: Brier | null;
}

/** A place is left out where another has the same steps. Empty without true answers. */
export function reliabilityOver(course: readonly StepFigures[], peakStep: number | null): ReliabilityAt[] {
  const labelled = course.filter(({ accuracy, agreement }) => accuracy !== null && agreement !== null);
  if (labelled.length === 0) return [];
  const window = Math.min(smoothingWindow(course.length), labelled.length);
  const peak = labelled.findIndex(({ step }) => step === peakStep);
  const places = [
    { at: "start", from: 0 },
    // A peak is found on means of the steps before it.
    ...(peak < 0 ? [] : [{ at: "peak", from: Math.max(0, peak - window + 1) } as const]),
    { at: "end", from: labelled.length - window },
  ] as const;
  return places
    .filter(({ from }, i) => places.findIndex((place) => place.from === from) === i)
    .map(({ at, from }) => reliabilityAt(at, labelled.slice(from, from + window)));
}

function reliabilityAt(at: ReliabilityAt["at"], steps: readonly StepFigures[]): ReliabilityAt {
  const votes = steps.flatMap(({ groups }) =>
    groups.flatMap(({ agreement, right }) =>
      agreement === null || right === null ? [] : [{ confidence: agreement, right }],
    ),
  );
  return {
    at,
    from: steps[0]!.step,
    to: steps.at(-1)!.step,
    votes: votes.length,
    agreement: mean(votes.map(({ confidence }) => confidence)),
    majorityAccuracy: shareOf(votes, ({ right }) => right),
    auroc: auroc(votes),
    brier: brier(votes),
    ...reliability(votes)!,
  };
}
