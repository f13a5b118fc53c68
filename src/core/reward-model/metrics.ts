/** How well scores tell solutions apart that a verdict calls right or wrong: the vote's verdict, or the truth's. */

import { wins } from "../statistics/wins.js";
import { type Calibration, calibration } from "./calibration.js";
import { sigmoid } from "./objective.js";

/** Scores of one prompt's solutions, and the verdict on each. */
export interface JudgedGroup {
  readonly scores: readonly number[];
  readonly right: readonly boolean[];
}

export interface ScoreMetrics {
  readonly groups: number;
  readonly solutions: number;
  /** Share of the solutions that the verdict calls right: what a constant score would reach, or one less it. */
  readonly rightShare: number;
  /** Share of the solutions where σ(score) ≥ ½ is the verdict. */
  readonly accuracy: number;
  /** Probability that a right solution scores above a wrong one, of whatever prompts; ½ for equal scores. Null without both kinds. */
  readonly auc: number | null;
  /** The same within a prompt, averaged over all such pairs: what pairs are trained for. Null without a pair. */
  readonly pairwiseAccuracy: number | null;
  /** Pairs of a right and a wrong solution to the same prompt. */
  readonly pairs: number;
  /** Of σ(score). */
  readonly calibration: Calibration;
}

export function scoreMetrics(groups: readonly JudgedGroup[], bins = 10): ScoreMetrics {
  const scores = groups.flatMap((group) => group.scores);
  const right = groups.flatMap((group) => group.right);
  const n = scores.length;
  const share = (count: number) => (n === 0 ? 0 : count / n);
  const within = groups.map((group) => wins(group.scores, group.right));
  const pairs = within.reduce((sum, { pairs }) => sum + pairs, 0);
  const all = wins(scores, right);
  return {
    groups: groups.length,
    solutions: n,
    rightShare: share(right.filter(Boolean).length),
    accuracy: share(scores.filter((score, i) => score >= 0 === right[i]).length),
    auc: all.pairs === 0 ? null : all.won / all.pairs,
    pairwiseAccuracy: pairs === 0 ? null : within.reduce((sum, { won }) => sum + won, 0) / pairs,
    pairs,
    calibration: calibration(scores.map(sigmoid), right, bins),
  };
}
