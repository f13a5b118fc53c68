/** Sampling groups: n rollouts for each prompt, their answers extracted. */
import { extractAnswer } from "../answer/extract.js";
import type { Completion, Sampler, SamplingOptions } from "../engine/engine.js";
import type { Group, Prompt, Rollout } from "../group.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";

export interface SampleGroupsOptions extends SamplingOptions {
  /** Rollouts a prompt: n. */
  readonly samples: number;
  /** Random stream of the batch; prompt and sample index are appended for each rollout. */
  readonly stream: readonly number[];
  readonly canonicalise: (answer: string) => string | null;
}

/** Groups in the order of the prompts. Rollout i of prompt p is drawn with the key `[...stream, p, i]`. */
export async function sampleGroups(
  sampler: Sampler,
  tokenizer: Tokenizer,
  prompts: readonly Prompt[],
  options: SampleGroupsOptions,
): Promise<Group[]> {
  const { samples, stream, canonicalise, ...sampling } = options;
  const requests = prompts.map((prompt, p) => ({
    prompt: tokenizer.encode(prompt.text),
    n: samples,
    keys: Array.from({ length: samples }, (_, i) => [...stream, p, i]),
  }));
  const completions = await sampler.sample(requests, sampling);
  return prompts.map((prompt, p) => ({
    prompt,
    promptTokens: requests[p]!.prompt,
    policyVersion: sampler.policyVersion,
    rollouts: completions[p]!.map((completion) => toRollout(completion, tokenizer, canonicalise)),
  }));
}

function toRollout(
  { tokens, logprobs, finish }: Completion,
  tokenizer: Tokenizer,
  canonicalise: SampleGroupsOptions["canonicalise"],
): Rollout {
  const text = tokenizer.decode(tokens);
  return { text, tokens, logprobs, finish, answer: extractAnswer(text, { finish, canonicalise }) };
}

/** The answers of a group, in sample order. */
export const answersOf = (group: Group): (string | null)[] => group.rollouts.map((rollout) => rollout.answer);

/** Random streams: what is drawn for one purpose never coincides with what is drawn for another. */
export const STREAM = { train: 1, evaluate: 2, teacher: 3, generate: 4 } as const;
