/** How reward and truth vary together among the rollouts of a prompt: the part of the reward that trains. */
import { sameAnswer } from "../../answer/same.js";
import type { PaidGroup } from "../group.js";

export interface Covariance {
  /** Unbiased, over n − 1. */
  readonly covariance: number;
  readonly rewardVariance: number;
  readonly truthVariance: number;
}

/** Of one group's rewards and truths; null of fewer than two rollouts. */
export function covarianceOf({ answers, truth }: PaidGroup, rewards: readonly number[]): Covariance | null {
  const n = answers.length;
  if (n < 2) return null;
  const right = answers.map((answer) => (sameAnswer(answer, truth) ? 1 : 0));
  const [paid, true_] = [rewards, right].map((own) => own.reduce((sum: number, v) => sum + v, 0) / n) as [
    number,
    number,
  ];
  let [both, ofReward, ofTruth] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [r, t] = [rewards[i]! - paid, right[i]! - true_];
    both += r * t;
    ofReward += r * r;
    ofTruth += t * t;
  }
  return {
    covariance: both / (n - 1),
    rewardVariance: ofReward / (n - 1),
    truthVariance: ofTruth / (n - 1),
  };
}
