/** A group of a step with its vote, of its rows. */
import { sameAnswer } from "../../../core/answer/same.js";
import { majorityVote } from "../../../core/vote/majority.js";
import { mean, shareOf } from "../../../numbers.js";
import type { Cluster, ShownRollout, Verdict, VotedGroup } from "../api/step.js";
import type { Row } from "./rows.js";

export function verdictOf(label: string | null, truth: string | null): Verdict {
  if (label === null) return "none";
  if (truth === null) return "unknown";
  return sameAnswer(label, truth) ? "right" : "wrong";
}

/** `rows` are those of one group, at least one. A teacher's answers are no part of the policy's vote. */
export function votedGroup(rows: readonly Row[], truth: string | null): VotedGroup {
  const { group, promptId, prompt, voteLabel, voteShare, rewardLabel } = rows[0]!;
  const own = rows.filter(({ sampledBy }) => sampledBy === "policy");
  const vote = own.length === 0 ? null : majorityVote(own.map(({ answer }) => answer));
  const clusters = (vote?.classes ?? []).map(({ answer, members }) =>
    clusterOf(
      answer,
      members.map((i) => own[i]!),
    ),
  );
  const answered = new Set(clusters.flatMap(({ samples }) => samples));
  return {
    group,
    promptId,
    prompt,
    label: voteLabel,
    rewardLabel: rewardLabel === voteLabel ? null : rewardLabel,
    truth,
    verdict: verdictOf(voteLabel, truth),
    agreement: voteShare,
    margin: vote?.margin ?? 0,
    tie: vote?.tie ?? false,
    clusters,
    unanswered: own.flatMap(({ sample }) => (answered.has(sample) ? [] : [sample])),
    samples: own.length,
    accuracy:
      truth === null || own.length === 0 ? null : shareOf(own, ({ answer }) => sameAnswer(answer, truth)),
    meanTokens: own.length === 0 ? 0 : mean(own.map(({ tokens }) => tokens)),
    rewards: own.map(({ reward }) => reward),
    advantages: own.map(({ advantage }) => advantage),
    tokens: own.map(({ tokens }) => tokens),
    rejected: rows.some(({ trained }) => trained)
      ? null
      : (rows.find((row) => row.rejected)?.rejected ?? null),
  };
}

function clusterOf(answer: string, members: readonly Row[]): Cluster {
  const [reward, rewardMixed] = common(members.map((row) => row.reward));
  const [advantage, advantageMixed] = common(members.map((row) => row.advantage));
  return {
    answer,
    count: members.length,
    samples: members.map(({ sample }) => sample),
    reward,
    advantage,
    rewardMixed,
    advantageMixed,
  };
}

/** What all have; null and true where they differ. */
function common(values: readonly (number | null)[]): [number | null, boolean] {
  const mixed = values.some((value) => value !== values[0]);
  return [mixed ? null : values[0]!, mixed];
}

export function shownRollout(row: Row, truth: string | null): ShownRollout {
  const { sample, sampledBy, trained, completion, answer, graderError, reward, score, modelScore } = row;
  const { advantage, sumLogprob, meanLogprob, kl, tokens, finish, rejected, perToken } = row;
  return {
    sample,
    sampledBy,
    trained,
    completion,
    answer,
    right: truth === null ? null : sameAnswer(answer, truth),
    graderError,
    reward,
    score,
    modelScore,
    advantage,
    sumLogprob,
    meanLogprob,
    kl,
    tokenCount: tokens,
    finish,
    rejected,
    tokens: perToken,
  };
}
