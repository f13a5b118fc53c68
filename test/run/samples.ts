/** Records and rows that tests write. */
import type { MetricRecord, RolloutRow } from "../../src/run/run-directory.js";

export function record(step: number, over: Partial<MetricRecord> = {}): MetricRecord {
  return {
    kind: "step",
    step,
    metrics: { agreement: step / 100, topAnswer: `${step}`, curve: [step, 0.5], note: null, tie: false },
    time: { seconds: step * 0.1 },
    ...over,
  };
}

export function rows(step: number, count: number): RolloutRow[] {
  return Array.from({ length: count }, (_, i) => ({
    step,
    group: Math.floor(i / 16),
    sample: i % 16,
    promptId: `train-${i >> 4}`,
    prompt: `g${84 + i},36=`,
    completion: `${84 + i}-36=48;48-36=12#${i % 5}`,
    tokens: 20 + (i % 7),
    finish: i % 9 === 0 ? "length" : "stop",
    answer: i % 9 === 0 ? null : `${i % 5}`,
    graderError: i % 9 === 0 ? "boom" : null,
    voteLabel: i < 16 ? null : "1",
    voteShare: (i % 16) / 16,
    rewardLabel: i < 16 ? null : "1",
    sampledBy: i % 8 === 7 ? "teacher" : "policy",
    trained: i % 4 !== 3,
    reward: i % 4 === 3 ? null : i % 5 === 1 ? 1 : 0,
    score: i % 3 === 0 ? null : i / 7,
    modelScore: i % 4 === 0 ? null : i / 9,
    advantage: i % 4 === 3 ? null : Math.sin(i),
    meanLogprob: -Math.abs(Math.cos(i)),
    rejected: i < 16 ? "agreement" : null,
    sumLogprob: -20 * Math.abs(Math.cos(i)),
    kl: i % 3 === 0 ? null : i / 1000,
  }));
}
