/** A model's votes on a pool of prompts, a part at a time, so that memory does not grow with the pool. */
import type { ScoredVoteConfig } from "../../config/answers-config.js";
import { sigmoid } from "../../core/reward-model/objective.js";
import type { VoteResult } from "../../core/vote/majority.js";
import type { PromptPool } from "../../data/pool.js";
import type { Sampler } from "../../engine/engine.js";
import type { Group } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { noticeFailures } from "../../run/grader-notice.js";
import type { Observer } from "../../run/observer.js";
import { checkFinite } from "../rollout/finite.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import type { SampleNotices } from "../rollout/sample-notices.js";
import { voteOf } from "../rollout/vote-group.js";
import type { Scorer } from "../scorer/scorer.js";

export interface Voting {
  /** Solutions a prompt. */
  readonly samples: number;
  readonly maxNewTokens: number;
  readonly temperature: number;
  readonly vote: ScoredVoteConfig;
  /** What weighs the votes, where they are weighed by a reward model. */
  readonly scorer?: Pick<Scorer, "scores"> | null;
  readonly seed: number;
  /** Prompts sampled at a time. It changes no result. */
  readonly promptsPerPart: number;
  /** Prompts of the pool that are left out at its beginning, because they have been voted on. */
  readonly from?: number;
  /** Tokens done and most tokens in all, of the whole pool. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly observer?: Observer | undefined;
  /** What says so where the samples have no answers. */
  readonly notices?: SampleNotices;
}

export interface VotedGroup {
  readonly group: Group;
  readonly vote: VoteResult;
}

/**
 * Yields the groups of each part with their votes, in pool order. The draws of a prompt depend on the seed and its place in the
 * pool alone. Throws `policy-not-finite`, and `grader-failures` where the grader fails on too many solutions of a part.
 */
export async function* voteOnPrompts(
  sampler: Sampler,
  tokenizer: Tokenizer,
  { prompts, canonicalise, reading }: PromptPool,
  voting: Voting,
): AsyncGenerator<VotedGroup[], void> {
  const { samples, maxNewTokens, temperature, seed, promptsPerPart, onProgress, observer } = voting;
  const stream = [seed, STREAM.teacher];
  const tokensOf = (count: number) => count * samples * maxNewTokens;
  for (let first = voting.from ?? 0; first < prompts.length; first += promptsPerPart) {
    const groups = await sampleGroups(sampler, tokenizer, prompts.slice(first, first + promptsPerPart), {
      samples,
      maxTokens: maxNewTokens,
      temperature,
      stream,
      firstPrompt: first,
      canonicalise,
      reading,
      onProgress: (done) => onProgress?.(tokensOf(first) + done, tokensOf(prompts.length)),
    });
    checkFinite(groups);
    noticeFailures(groups, observer);
    voting.notices?.look("step", "the first part", groups, reading);
    const scores = await voting.scorer?.scores(groups);
    yield groups.map((group, g) => ({
      group,
      vote: voteOf(group, voting.vote, stream, { weighed: scores?.[g]?.map(sigmoid) }),
    }));
  }
}
