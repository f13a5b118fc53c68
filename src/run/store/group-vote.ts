/** What became of a group: the vote, what was rewarded, and what was learned from it. One row a group; texts stay with the rollouts. */
import { z } from "zod";
import { majorityVote } from "../../core/vote/majority.js";
import type { HiddenLabels } from "../../group.js";
import type { RolloutRow } from "../run-directory.js";

const answerSchema = z.object({
  answer: z.string(),
  /** The policy's rollouts that gave it. */
  count: z.int(),
  /** Mean reward of them; null where they were not rewarded, but only voted. */
  reward: z.number().nullable(),
  /** Mean advantage of those that were trained on; null where none was. */
  advantage: z.number().nullable(),
});

export const groupVoteSchema = z.object({
  step: z.int(),
  /** Number of the group within its step, counted from 0. */
  group: z.int(),
  promptId: z.string(),
  /** The majority's answer; null where there was none. */
  label: z.string().nullable(),
  /** Share of the majority among all votes, as the run counted them. */
  agreement: z.number(),
  /** Share of the policy's largest class minus that of its second, both by count; 0 where nobody answered. */
  margin: z.number(),
  /** The answer that was rewarded; the label, but in runs whose reward goes by another. */
  rewardLabel: z.string().nullable(),
  /** The true answer, which training did not see; null where the prompt has none, or the run did not write it. */
  truth: z.string().nullable(),
  /** Rollouts of the policy. */
  samples: z.int(),
  /** Of these, those without an answer, which do not vote. */
  unanswered: z.int(),
  /** Of these, those that reached the token limit. */
  truncated: z.int(),
  /** Of these, those that the update learned from. */
  trained: z.int(),
  /** Mean reward of those that were rewarded; null where none was. */
  reward: z.number().nullable(),
  /** Mean length in tokens. */
  tokens: z.number(),
  /** Why nothing of the group was trained on; null where any of it was. */
  rejected: z.string().nullable(),
  /** Answers of the policy, the most frequent first. */
  answers: z.array(answerSchema),
});

export type GroupVote = z.output<typeof groupVoteSchema>;
export type AnswerVote = z.output<typeof answerSchema>;

/** The groups of a step, in order of their first row. True answers are those of `labels`. */
export function groupVotes(rows: readonly RolloutRow[], labels: HiddenLabels = new Map()): GroupVote[] {
  return rowsByGroup(rows).map((own) => groupVote(own, labels));
}

/** Rows of each group, in the order in which they stand. */
export function rowsByGroup<Row extends { readonly group: number }>(rows: readonly Row[]): Row[][] {
  const groups = new Map<number, Row[]>();
  for (const row of rows) {
    const known = groups.get(row.group);
    if (known) known.push(row);
    else groups.set(row.group, [row]);
  }
  return [...groups.values()];
}

/** `rows` are those of one group, at least one. A teacher's answers are no part of the policy's vote. */
export function groupVote(rows: readonly RolloutRow[], labels: HiddenLabels = new Map()): GroupVote {
  const { step, group, promptId, voteLabel, voteShare, rewardLabel } = rows[0]!;
  const own = rows.filter(({ sampledBy }) => sampledBy === "policy");
  const { classes, margin } =
    own.length === 0 ? { classes: [], margin: 0 } : majorityVote(own.map(({ answer }) => answer));
  const answered = classes.reduce((sum, { count }) => sum + count, 0);
  return {
    step,
    group,
    promptId,
    label: voteLabel,
    agreement: voteShare,
    margin,
    rewardLabel,
    truth: labels.get(promptId) ?? null,
    samples: own.length,
    unanswered: own.length - answered,
    truncated: own.filter(({ finish }) => finish === "length").length,
    trained: own.filter(({ trained }) => trained).length,
    reward: meanKnown(own.map(({ reward }) => reward)),
    tokens: meanKnown(own.map(({ tokens }) => tokens)) ?? 0,
    rejected: rows.some(({ trained }) => trained)
      ? null
      : (rows.find((row) => row.rejected)?.rejected ?? null),
    answers: classes.map(({ answer, count, members }) => ({
      answer,
      count,
      reward: meanKnown(members.map((i) => own[i]!.reward)),
      advantage: meanKnown(members.map((i) => own[i]!.advantage)),
    })),
  };
}

/** Null where all are, and where it is no number: JSON has no word for one. */
function meanKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Number.isFinite(mean) ? mean : null;
}
