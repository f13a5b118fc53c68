/** A group as its rollouts file has it: prompt, classes of answers, vote, and what was rewarded. */
import type { HiddenLabels } from "../../group.js";
import type { RolloutRow } from "../../run/run-directory.js";
import { type GroupVote, groupVote } from "../../run/store/group-vote.js";

export interface ShownGroup
  extends Pick<
    GroupVote,
    | "group"
    | "promptId"
    | "label"
    | "rewardLabel"
    | "agreement"
    | "truth"
    | "unanswered"
    | "samples"
    | "rejected"
  > {
  readonly prompt: string;
  /** Answers of the policy's rollouts, the most frequent first. */
  readonly classes: readonly { readonly answer: string; readonly count: number }[];
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
  const { answers, ...vote } = groupVote(rows, labels);
  const { group, promptId, label, rewardLabel, agreement, truth, unanswered, samples, rejected } = vote;
  return {
    group,
    promptId,
    prompt: rows[0]!.prompt,
    label,
    rewardLabel,
    agreement,
    truth,
    classes: answers.map(({ answer, count }) => ({ answer, count })),
    unanswered,
    samples,
    rejected,
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
