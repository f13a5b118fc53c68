/** Whether a sure vote is right more often than an unsure one. */
import { wins } from "../../statistics/wins.js";
import type { JudgedVote } from "./confidence.js";

/** Probability that a right vote is surer than a wrong one, equal ones counting half; null without both kinds. */
export function auroc(votes: readonly JudgedVote[]): number | null {
  const { won, pairs } = wins(
    votes.map(({ confidence }) => confidence),
    votes.map(({ right }) => right),
  );
  return pairs === 0 ? null : won / pairs;
}
