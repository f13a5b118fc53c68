/** The monitors that every training run has, unless its configuration says otherwise. One line adds one. */
import type { DetectorSpec } from "../core/detect/spec.js";

interface DefaultMonitor {
  readonly on: string;
  readonly detector: DetectorSpec;
}

/** Bounds that were chosen on collapses of small models: docs/experiments.md. */
export const DEFAULT_MONITORS: Readonly<Record<string, DefaultMonitor>> = {
  topShare: { on: "topShare", detector: { kind: "rise", by: 0.15, from: "first" } },
  answerEntropy: { on: "marginalAnswerEntropy", detector: { kind: "fall", ratio: 0.8, from: "first" } },
  distinctAnswers: { on: "distinctMajorityShare", detector: { kind: "fall", ratio: 0.7, from: "first" } },
  heldOutTopShare: { on: "eval.topShare", detector: { kind: "rise", by: 0.15, from: "first" } },
};
