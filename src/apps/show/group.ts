/** A group as its rollouts file has it: prompt, classes of answers, vote, and what was rewarded. */
import { majorityVote } from "../../core/vote/majority.js";
import type { HiddenLabels } from "../../group.js";
import type { RolloutRow } from "../../run/run-directory.js";

export interface ShownGroup {
  /** Number of the group within its step. */
  readonly group: number;
  readonly promptId: string;
  readonly prompt: string;
  /** The majority's answer; null where there was none. */
  readonly label: string | null;
  /** The answer that was rewarded; the label, but in runs whose reward goes by another. */
  readonly rewardLabel: string | null;
  readonly agreement: number;
  /** The true answer, which training did not see; null where the run's prompts have none. */
  readonly truth: string | null;
  /** Answers of the policy's rollouts, the most frequent first. */
  readonly classes: readonly { readonly answer: string; readonly count: number }[];
  /** Of these rollouts, those without an answer, which do not vote. */
  readonly unanswered: number;
  /** Rollouts of the policy. */
  readonly samples: number;
  /** Why the group was not trained on; null where any of it was. */
  readonly rejected: string | null;
}

export type ShownRollout = Pick<
  RolloutRow,
  | "sample"
  | "sampledBy"
  | "trained"
  | "answer"
  | "graderError"
  | "reward"
  | "advantage"
  | "finish"
  | "tokens"
  | "rejected"
  | "completion"
>;

/** `rows` are those of one group, at least one. */
export function shownGroup(rows: readonly RolloutRow[], labels: HiddenLabels): ShownGroup {
  const { group, promptId, prompt, voteLabel, voteShare, rewardLabel } = rows[0]!;
  // A teacher's answers are no part of the policy's vote.
  const answers = rows.filter(({ sampledBy }) => sampledBy === "policy").map(({ answer }) => answer);
  const { classes } = majorityVote(answers);
  return {
    group,
    promptId,
    prompt,
    label: voteLabel,
    rewardLabel,
    agreement: voteShare,
    truth: labels.get(promptId) ?? null,
    classes: classes.map(({ answer, count }) => ({ answer, count })),
    unanswered: answers.length - classes.reduce((sum, { count }) => sum + count, 0),
    samples: answers.length,
    rejected: rows.some(({ trained }) => trained)
      ? null
      : (rows.find((row) => row.rejected)?.rejected ?? null),
  };
}

export function shownRollout(row: RolloutRow): ShownRollout {
  const { sample, sampledBy, trained, answer, graderError, reward, advantage } = row;
  const { finish, tokens, rejected, completion } = row;
  return {
    sample,
    sampledBy,
    trained,
    answer,
    graderError,
    reward,
    advantage,
    finish,
    tokens,
    rejected,
    completion,
  };
}
