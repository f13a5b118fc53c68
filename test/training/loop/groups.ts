/** Groups with everything that a batch is made of, for tests that compute by hand. */
import {
  type TrainConfig,
  type TrainConfigInput,
  trainConfigSchema,
} from "../../../src/config/train-config.js";
import { type Selection, selectGroups } from "../../../src/core/curriculum/rejection.js";
import { majorityReward } from "../../../src/core/reward/majority.js";
import type { GroupReward } from "../../../src/core/reward/reward-source.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import type { Group } from "../../../src/group.js";
import { answersOf } from "../../../src/training/rollout/sample-groups.js";

export interface Sample {
  readonly answer: string | null;
  /** Logprob of each token; as many as the completion has tokens. */
  readonly logprobs: readonly number[];
}

let tokens = 0;

/** Every token id of these groups is another, so that nothing can be taken for something else. */
export function makeGroup(id: string, samples: readonly Sample[]): Group {
  return {
    prompt: { id, text: `${id}=` },
    promptTokens: [++tokens, ++tokens],
    policyVersion: 3,
    rollouts: samples.map(({ answer, logprobs }) => ({
      text: `#${answer ?? ""}`,
      tokens: logprobs.map(() => ++tokens),
      logprobs: Float32Array.from(logprobs),
      finish: answer === null ? "length" : "stop",
      answer,
    })),
  };
}

/** Samples of one token each. */
export const shortGroup = (id: string, answers: readonly (string | null)[]): Group =>
  makeGroup(
    id,
    answers.map((answer) => ({ answer, logprobs: [-1] })),
  );

export const votesOf = (groups: readonly Group[]) => groups.map((group) => majorityVote(answersOf(group)));

/** The majority reward of each group. */
export function rewardsOf(groups: readonly Group[]): GroupReward[] {
  const votes = votesOf(groups);
  return groups.map((group, g) => majorityReward().reward(group, votes[g]!));
}

/** Every group trained on. */
export const allOf = (groups: readonly Group[]): Selection =>
  selectGroups(
    groups.map((group, g) => ({ group, vote: votesOf(groups)[g]!, reward: rewardsOf(groups)[g]! })),
    configWith({}).rejection,
    groups.length,
  );

export const configWith = (changes: Partial<TrainConfigInput>): TrainConfig =>
  trainConfigSchema.parse({
    model: "m",
    output: "o",
    prompts: { task: "gcd" },
    maxNewTokens: 10,
    ...changes,
  });
