/** Sampling groups: n rollouts for each prompt, their answers extracted. */
import { GraderFailures } from "../../core/answer/failures.js";
import { MAX_FAILURE_SHARE } from "../../core/answer/read.js";
import type { Completion, Sampler, SamplingOptions } from "../../engine/engine.js";
import type { Group, Prompt, Rollout } from "../../group.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { encodePrompt } from "./encode-prompt.js";
import { type PoolReading, readRollout } from "./read-rollout.js";

export interface SampleGroupsOptions extends Omit<SamplingOptions, "stopTokens">, PoolReading {
  /** Rollouts a prompt: n. */
  readonly samples: number;
  /** Random stream of the batch; prompt and sample index are appended for each rollout. */
  readonly stream: readonly number[];
  /** Index of the first prompt, 0 by default: a batch that is cut into parts draws as if it were whole. */
  readonly firstPrompt?: number;
}

/**
 * Groups in the order of the prompts. Rollout i of prompt p, counted from `firstPrompt`, is drawn with the key `[...stream, p, i]`. A rollout that the
 * grader failed on has no answer, and says so; throws `grader-failures` where there are too many of them.
 */
export async function sampleGroups(
  sampler: Sampler,
  tokenizer: Tokenizer,
  prompts: readonly Prompt[],
  options: SampleGroupsOptions,
): Promise<Group[]> {
  const { samples, stream, firstPrompt = 0, canonicalise, reading = {}, ...sampling } = options;
  const requests = prompts.map((prompt, p) => ({
    prompt: encodePrompt(tokenizer, prompt),
    n: samples,
    keys: Array.from({ length: samples }, (_, i) => [...stream, firstPrompt + p, i]),
  }));
  const completions = await sampler.sample(requests, { ...sampling, stopTokens: tokenizer.eosTokens });
  const failures = new GraderFailures(reading.maxFailureShare ?? MAX_FAILURE_SHARE);
  const toRollout = ({ tokens, logprobs, finish }: Completion, prompt: Prompt): Rollout => {
    const text = tokenizer.decode(tokens);
    const read = readRollout(text, finish, prompt.id, { canonicalise, reading }, failures);
    return { text, tokens, logprobs, finish, ...read };
  };
  const groups = prompts.map((prompt, p) => ({
    prompt,
    promptTokens: requests[p]!.prompt,
    policyVersion: sampler.policyVersion,
    rollouts: completions[p]!.map((completion) => toRollout(completion, prompt)),
  }));
  failures.check();
  return groups;
}

/** The answers of a group, in sample order. */
export const answersOf = (group: Group): (string | null)[] => group.rollouts.map((rollout) => rollout.answer);

/** A metric of how many rollouts the grader failed on; none where it is none. */
export function graderFailures(groups: readonly Group[]): { graderFailures?: number } {
  const count = groups.flatMap(({ rollouts }) => rollouts).filter((r) => r.graderError !== undefined).length;
  return count === 0 ? {} : { graderFailures: count };
}

/** Random streams: what is drawn for one purpose never coincides with what is drawn for another. */
export const STREAM = {
  train: 1,
  evaluate: 2,
  teacher: 3,
  generate: 4,
  movingTeacher: 11,
  finetune: 21,
  probe: 31,
  playground: 41,
} as const;
