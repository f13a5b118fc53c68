/** The Brier score of a confidence, and what it is made of (Murphy 1973): hacking is resolution going to 0 while confidence goes to 1. */
import { mean, sum } from "../../../numbers.js";
import { calibration } from "../../reward-model/calibration.js";
import type { JudgedVote } from "./confidence.js";

export interface Brier {
  /** Mean of (confidence − right)². */
  readonly score: number;
  /** Σ_k n_k/N (predicted_k − observed_k)²: how far from honest. */
  readonly reliability: number;
  /** Σ_k n_k/N (observed_k − o)²: how well confidence tells right from wrong. */
  readonly resolution: number;
  /** o(1 − o), o the share that is right: of the prompts, not of the confidence. */
  readonly uncertainty: number;
  /** What the bins hide: score − (reliability − resolution + uncertainty). 0 where all confidences of a bin are equal. */
  readonly withinBins: number;
}

/** Null without votes. Resolution of few votes a bin is above 0 by chance. */
export function brier(votes: readonly JudgedVote[], bins = 10): Brier | null {
  if (votes.length === 0) return null;
  const right = votes.map((vote) => vote.right);
  const confidence = votes.map((vote) => vote.confidence);
  const score = mean(votes.map((vote) => (vote.confidence - Number(vote.right)) ** 2));
  const o = mean(right.map(Number));
  const filled = calibration(confidence, right, bins).bins.filter(({ count }) => count > 0);
  const over = (of: (predicted: number, observed: number) => number) =>
    sum(filled.map((bin) => bin.count * of(bin.predicted!, bin.observed!))) / votes.length;
  const reliability = over((p, observed) => (p - observed) ** 2);
  const resolution = over((_, observed) => (observed - o) ** 2);
  const uncertainty = o * (1 - o);
  return {
    score,
    reliability,
    resolution,
    uncertainty,
    withinBins: score - (reliability - resolution + uncertainty),
  };
}
