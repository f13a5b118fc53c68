/** A reward model measured on examples, as metrics and as a line of them. */

import { type ScoreMetrics, scoreMetrics } from "../../core/reward-model/metrics.js";
import { sigmoid } from "../../core/reward-model/objective.js";
import type { ScoringEngine } from "../../engine/engine.js";
import type { MetricRecord } from "../../run/run-directory.js";
import type { Example } from "./examples.js";

export interface Measurement {
  /** Against the vote: does a solution agree with the majority? */
  readonly votes: ScoreMetrics;
  /** Against true answers, on the prompts that have one; null where none has. Nothing is trained by it. */
  readonly truth: ScoreMetrics | null;
  /** σ(score) of all solutions, averaged. */
  readonly meanProbability: number;
}

/** Examples that are scored at a time: bounds what crosses the thread, and moves the bar. */
const AT_ONCE = 32;

export async function measure(
  engine: Pick<ScoringEngine, "scores">,
  examples: readonly Example[],
  bins: number,
  onProgress?: (done: number, total: number) => void,
): Promise<Measurement> {
  const scores: number[][] = [];
  for (let at = 0; at < examples.length; at += AT_ONCE) {
    const part = examples.slice(at, at + AT_ONCE);
    const flat = await engine.scores(part.flatMap(({ sequences }) => sequences));
    let from = 0;
    for (const { sequences } of part) {
      scores.push(flat.slice(from, from + sequences.length));
      from += sequences.length;
    }
    onProgress?.(Math.min(at + AT_ONCE, examples.length), examples.length);
  }
  const votes = examples.map(({ verdict }, i) => ({ scores: scores[i]!, right: verdict.agrees }));
  const known = examples.flatMap(({ right }, i) => (right === null ? [] : [{ scores: scores[i]!, right }]));
  const all = scores.flat();
  return {
    votes: scoreMetrics(votes, bins),
    truth: known.length === 0 ? null : scoreMetrics(known, bins),
    meanProbability: all.reduce((sum, score) => sum + sigmoid(score), 0) / all.length,
  };
}

const figures = (by: "vote" | "true", m: ScoreMetrics) => ({
  [`${by}Accuracy`]: m.accuracy,
  [`${by}Auc`]: m.auc,
  [`${by}PairwiseAccuracy`]: m.pairwiseAccuracy,
  [`${by}Ece`]: m.calibration.ece,
  [`${by}RightShare`]: m.rightShare,
});

/** The measurement as flat metrics of an `eval` record. */
export function measurementRecord(
  step: number,
  { votes, truth, meanProbability }: Measurement,
  seconds: number,
): MetricRecord {
  return {
    kind: "eval",
    step,
    metrics: {
      groups: votes.groups,
      solutions: votes.solutions,
      ...figures("vote", votes),
      ...(truth ? figures("true", truth) : {}),
      meanProbability,
    },
    time: { seconds },
  };
}
