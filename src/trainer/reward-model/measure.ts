/** A reward model measured on examples, as metrics and as a line of them. */
import type { ScoringEngine } from "../../engine/engine.js";
import { type ScoreMetrics, scoreMetrics } from "../../reward-model/metrics.js";
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
    meanProbability: all.reduce((sum, s) => sum + 1 / (1 + Math.exp(-s)), 0) / all.length,
  };
}

/** The measurement as flat metrics of an `eval` record. */
export function measurementRecord(
  step: number,
  { votes, truth, meanProbability }: Measurement,
  seconds: number,
): MetricRecord {
  const flat = (m: ScoreMetrics) => ({
    accuracy: m.accuracy,
    auc: m.auc,
    pairwiseAccuracy: m.pairwiseAccuracy,
    ece: m.calibration.ece,
    rightShare: m.rightShare,
  });
  const capital = (name: string) => `true${name[0]!.toUpperCase()}${name.slice(1)}`;
  const votesFigures = Object.entries(flat(votes)).map(([name, value]) => [
    `vote${name[0]!.toUpperCase()}${name.slice(1)}`,
    value,
  ]);
  const trueFigures = truth ? Object.entries(flat(truth)).map(([name, value]) => [capital(name), value]) : [];
  return {
    kind: "eval",
    step,
    metrics: {
      groups: votes.groups,
      solutions: votes.solutions,
      ...Object.fromEntries([...votesFigures, ...trueFigures]),
      meanProbability,
    },
    time: { seconds },
  };
}
