/** What can be seen of a training step without any label: agreement, diversity, length. */

import { SelftrainError } from "../../errors.js";
import type { Rollout } from "../../group.js";
import { mean, shareOf, sumAscending } from "../../numbers.js";
import { isAnswer } from "../answer/same.js";
import { entropyOfCounts } from "../vote/entropy.js";
import type { VoteResult } from "../vote/majority.js";

/** Figures of one batch of G groups. Shares are in [0, 1], entropies in nats, lengths in tokens. */
export interface StepSignals {
  /** Mean over groups of the share of rollouts in the largest class. */
  readonly agreement: number;
  /**
   * Share of all rollouts of the batch, whatever their prompt, that give the batch's commonest answer. Rollouts
   * without an answer count in the denominator only. `agreement`/G where every prompt has another answer; 1 when the policy answers
   * everything alike.
   */
  readonly topShare: number;
  /** The commonest answer itself (the first in code-unit order of several); null where nobody answered. */
  readonly topAnswer: string | null;
  /** Distinct majority answers over groups that have one; null where no group has. */
  readonly distinctMajorityShare: number | null;
  /** Entropy of the answers of all rollouts pooled over prompts. */
  readonly marginalAnswerEntropy: number;
  /**
   * Mutual information between prompt and answer, over the rollouts that answered: marginal entropy minus the mean
   * entropy within a prompt. 0 when answers do not depend on the prompt.
   */
  readonly promptAnswerInformation: number;
  /** Share of groups whose rollouts all give the same answer: the majority reward has no gradient there. */
  readonly unanimousShare: number;
  /** Mean over groups of p̂₁ − p̂₂: the majority's share less that of the next answer. */
  readonly voteMargin: number;
  /** Share of groups whose largest class is tied. */
  readonly tieShare: number;
  /** Share of groups in which some rollouts have an answer, and fewer than a label needs; absent where there is none. */
  readonly tooFewShare?: number;
  /** Share of rollouts without an answer. */
  readonly noAnswerShare: number;
  /** Mean completion length, end of sequence included. */
  readonly meanLength: number;
  /** Share of rollouts that hit the token limit. */
  readonly truncatedShare: number;
}

/** What signals look at: each group's answers, lengths, and whether they were cut off. */
interface Answered {
  readonly rollouts: readonly Pick<Rollout, "answer" | "tokens" | "finish">[];
}

/**
 * Signals of the groups of one step and their votes, in the same order.
 *
 * Throws `monitor-votes-mismatch` unless there is one vote a group, and at least one group.
 */
export function stepSignals(groups: readonly Answered[], votes: readonly VoteResult[]): StepSignals {
  checkVotes(groups, votes);
  const rollouts = groups.flatMap((group) => group.rollouts);
  const pooled = answerCounts(rollouts);
  const top = pooled[0];
  const answered = pooled.reduce((sum, [, count]) => sum + count, 0);
  const marginal = entropyOfCounts(pooled.map(([, count]) => count));
  const within = votes.reduce((sum, vote) => sum + answeredVotes(vote) * vote.entropy, 0);
  const tooFew = shareOf(votes, (vote) => vote.tooFew);
  const labels = votes.flatMap((vote) => (vote.label === null ? [] : [vote.label]));
  return {
    agreement: mean(votes.map(({ share }) => share)),
    topShare: (top?.[1] ?? 0) / rollouts.length,
    topAnswer: top?.[0] ?? null,
    distinctMajorityShare: labels.length === 0 ? null : new Set(labels).size / labels.length,
    marginalAnswerEntropy: marginal,
    // Rounding may take a difference of equal entropies below 0.
    promptAnswerInformation: answered === 0 ? 0 : Math.max(0, marginal - within / answered),
    unanimousShare: shareOf(votes, (vote) => vote.share === 1),
    voteMargin: sumAscending(votes.map(({ margin }) => margin)) / votes.length,
    tieShare: shareOf(votes, (vote) => vote.tie),
    ...(tooFew > 0 ? { tooFewShare: tooFew } : {}),
    noAnswerShare: (rollouts.length - answered) / rollouts.length,
    meanLength: rollouts.reduce((sum, rollout) => sum + rollout.tokens.length, 0) / rollouts.length,
    truncatedShare: shareOf(rollouts, (rollout) => rollout.finish === "length"),
  };
}

/** What a teacher that moves adds, from the policy's votes and those that made the labels. */
export interface TeacherSignals {
  /** Mean agreement of the votes that made the labels. */
  readonly teacherAgreement: number;
  /** Share of the groups with two labels whose label is not the policy's majority; null where no group has two. */
  readonly teacherDissent: number | null;
}

/** Throws `monitor-votes-mismatch` unless there are as many of the one as of the other, and one at least. */
export function teacherSignals(
  votes: readonly VoteResult[],
  teacherVotes: readonly VoteResult[],
): TeacherSignals {
  checkVotes(votes, teacherVotes);
  const both = teacherVotes.flatMap(({ label }, g) => {
    const own = votes[g]!.label;
    return label === null || own === null ? [] : [label !== own];
  });
  return {
    teacherAgreement: teacherVotes.reduce((sum, vote) => sum + vote.share, 0) / teacherVotes.length,
    teacherDissent: both.length === 0 ? null : shareOf(both, (differs) => differs),
  };
}

/** Answers with their counts, the commonest first, then in code-unit order. */
function answerCounts(rollouts: readonly Pick<Rollout, "answer">[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { answer } of rollouts) if (isAnswer(answer)) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

function answeredVotes(vote: VoteResult): number {
  return vote.classes.reduce((sum, { count }) => sum + count, 0);
}

function checkVotes(groups: readonly unknown[], votes: readonly VoteResult[]): void {
  if (groups.length > 0 && groups.length === votes.length) return;
  throw new SelftrainError({
    code: "monitor-votes-mismatch",
    message: "Signals need at least one group, and one vote a group",
    found: `${groups.length} groups, ${votes.length} votes`,
    expected: "as many votes as groups, 1 or more",
    remedy: "Pass the votes of the same groups, in the same order",
  });
}
