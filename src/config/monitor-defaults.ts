/** The monitors that every training run has, unless its configuration says otherwise. One entry adds one. */
import type { DetectorSpec } from "../core/detect/spec.js";

/** In which runs a monitor watches. */
export const MONITORED_RUNS = ["all", "with-probe", "without-probe"] as const;
export type MonitoredRuns = (typeof MONITORED_RUNS)[number];

/** A detector of one series, or one of several series at the same time. */
type DefaultMonitor = { readonly runs: MonitoredRuns } & (
  | { readonly on: string; readonly detector: DetectorSpec }
  | { readonly detector: AnyOf }
);

interface AnyOf {
  readonly kind: "any";
  readonly atLeast: number;
  readonly of: (DetectorSpec & { readonly on: string })[];
}

/** Chosen on recorded runs, frozen, and scored on others: docs/experiments.md. The distance from the start tells most, and needs a probe. */
export const DEFAULT_MONITORS: Readonly<Record<string, DefaultMonitor>> = {
  driftFromBase: {
    on: "probe.sequenceKl",
    detector: { kind: "threshold", above: 1 },
    runs: "with-probe",
  },
  effectiveAnswers: {
    on: "effectiveAnswersRatio",
    detector: { kind: "threshold", below: 0.5, patience: 2 },
    runs: "without-probe",
  },
  disconnected: {
    on: "disconnectedShare",
    detector: { kind: "rise", by: 0.2, from: "best" },
    runs: "without-probe",
  },
  twoOfThree: {
    detector: {
      kind: "any",
      atLeast: 2,
      of: [
        { on: "meanLength", kind: "rise", ratio: 1.1, from: "first" },
        { on: "voteMargin", kind: "rise", by: 0.3, from: "first" },
        { on: "disconnectedShare", kind: "rise", by: 0.05, from: "best", patience: 2 },
      ],
    },
    runs: "without-probe",
  },
};
