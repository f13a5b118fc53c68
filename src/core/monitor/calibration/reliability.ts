/** Whether agreement means what it says: how often a majority is right, by how much it agreed. */
import { calibration, type ReliabilityBin } from "../../reward-model/calibration.js";
import type { Interval } from "../../statistics/interval.js";
import { wilsonInterval } from "../../statistics/wilson.js";
import type { JudgedVote } from "./confidence.js";

export interface Reliability {
  /** Expected calibration error (Guo et al. 2017, arXiv 1706.04599). Of few votes a bin it is above 0 by chance. */
  readonly ece: number;
  /** Of equal width; `interval` is the 95% Wilson interval of `observed`. */
  readonly bins: readonly (ReliabilityBin & { readonly interval: Interval })[];
}

/** Null without votes. */
export function reliability(votes: readonly JudgedVote[], bins = 10): Reliability | null {
  if (votes.length === 0) return null;
  const found = calibration(
    votes.map(({ confidence }) => confidence),
    votes.map(({ right }) => right),
    bins,
  );
  return {
    ece: found.ece,
    bins: found.bins.map((bin) => ({
      ...bin,
      interval: wilsonInterval(Math.round((bin.observed ?? 0) * bin.count), bin.count),
    })),
  };
}
