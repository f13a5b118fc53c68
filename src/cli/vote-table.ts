/** Votes as a table on a terminal, a group a line, each as soon as it is counted: widths follow from the terminal's alone. */
import type { Cluster, GroupVote } from "../apps/grade/group-vote.js";
import { MISSING, percent } from "../apps/report/format.js";
import { cell } from "./terminal-text.js";

/** Below these the column is of no use. */
const LEAST = { group: 6, label: 6, answers: 8 } as const;

const figures = ["agreement", "samples", "no answer"] as const;
const FIGURES = figures.reduce((sum, title) => sum + title.length + 2, 0);

export interface VoteTable {
  readonly header: string;
  row(vote: GroupVote): string;
}

/** `width` is what a line may take. Answers are shown with their counts, or, of a weighted vote, with their share. */
export function voteTable(width: number, weighted: boolean): VoteTable {
  const room = width - FIGURES - 2;
  const group = Math.max(LEAST.group, Math.min(24, Math.floor(room * 0.25)));
  const label = Math.max(LEAST.label, Math.min(32, Math.floor(room * 0.3)));
  const rest = room - group - label - 2;
  const line = (id: string, winner: string, numbers: readonly string[], answers: string): string =>
    [
      cell(id, group),
      cell(winner, label),
      ...figures.map((title, i) => cell(numbers[i]!, title.length, "right")),
      ...(rest < LEAST.answers ? [] : [cell(answers, rest)]),
    ]
      .join("  ")
      .trimEnd();
  return {
    header: line("group", "label", figures, "answers"),
    row: ({ id, label: winner, tie, answersNeeded, agreement, samples, noAnswerShare, clusters }) =>
      line(
        id,
        winner ?? noLabel(answersNeeded !== undefined, tie),
        [percent(agreement), String(samples), percent(noAnswerShare)],
        clusters.map((cluster) => shareOf(cluster, clusters[0]!, agreement, weighted)).join("  "),
      ),
  };
}

const noLabel = (tooFew: boolean, tie: boolean): string => {
  if (tooFew) return `${MISSING} too few`;
  return tie ? `${MISSING} tie` : MISSING;
};

/** The largest cluster's share of all is the agreement. */
const shareOf = (
  { answer, count, weight }: Cluster,
  largest: Cluster,
  agreement: number,
  weighted: boolean,
): string => `${answer} ${weighted ? percent((weight / largest.weight) * agreement) : `×${count}`}`;
