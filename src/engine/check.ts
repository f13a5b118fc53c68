/**
 * What a program would compute without complaint and wrongly: indices wrap round, a missing row reads as zeros. So data
 * are checked before any of them reaches one.
 */

import { isPolicyLoss, type LossSpec } from "../core/loss/loss.js";
import { SelftrainError } from "../errors.js";
import type { ModelConfig } from "../model/config.js";
import type { Datum, SampleRequest, SamplingOptions } from "./engine.js";

/** Errors: `engine-head` where what is asked for takes another head than the model has. */
export function checkHead({ head }: ModelConfig, needed: ModelConfig["head"], what: string): void {
  if (head === needed) return;
  throw new SelftrainError({
    code: "engine-head",
    message: `${what} takes a model with a ${needed} head`,
    found: `a ${head} head`,
    expected: `a ${needed} head`,
    remedy:
      needed === "scalar"
        ? "open a reward model, or a language model with scalarHead"
        : "open a language model",
  });
}

/** Errors: `prompt-empty`, `prompt-too-long`, `token-out-of-range`, `keys-mismatch`, `sampling-options-invalid`. */
export function checkRequests(
  config: ModelConfig,
  requests: readonly SampleRequest[],
  { maxTokens, temperature }: SamplingOptions,
): void {
  if (!Number.isInteger(maxTokens) || maxTokens < 1 || !(temperature >= 0 && temperature < Infinity)) {
    throw new SelftrainError({
      code: "sampling-options-invalid",
      message: "completions cannot be sampled so",
      found: `maxTokens ${maxTokens}, temperature ${temperature}`,
      expected: "a positive whole maxTokens and a temperature of 0 or more",
      remedy: "correct the sampling options",
    });
  }
  requests.forEach(({ prompt, n, keys }, i) => {
    const where = `request ${i}`;
    checkPrompt(config, prompt, maxTokens, where);
    if (keys.length === n) return;
    throw new SelftrainError({
      code: "keys-mismatch",
      message: "a request needs one random key a completion",
      found: keys.length,
      expected: n,
      where,
      remedy: "pass n keys",
    });
  });
}

/** Errors: `prompt-empty`, `prompt-too-long`, `token-out-of-range`. */
export function checkSequences(
  config: ModelConfig,
  data: readonly Pick<Datum, "prompt" | "completion">[],
): void {
  data.forEach(({ prompt, completion }, i) => {
    const where = `datum ${i}`;
    checkPrompt(config, prompt, completion.length, where);
    checkTokens(config, completion, where);
  });
}

/** Where each array of a datum comes from, beside its weights. */
const SOURCES = {
  logprobs: "pass the logprobs that sampling returned",
  reference: "pass the logprobs of the reference policy, for the KL term",
  scales: "pass the share that each token has in the batch, for the KL term and the entropy bonus",
} as const;

/** Errors: those of sequences, `weights-mismatch`, and `…-missing` and `…-mismatch` of `logprobs`, `reference` and `scales`. */
export function checkData(config: ModelConfig, data: readonly Datum[], loss: LossSpec): void {
  checkSequences(config, data);
  const needed: (keyof typeof SOURCES)[] = [];
  if (isPolicyLoss(loss)) {
    needed.push("logprobs");
    if (loss.kl) needed.push("reference");
    if (loss.kl || loss.entropyBonus !== undefined) needed.push("scales");
  }
  data.forEach((datum, i) => {
    const where = `datum ${i}`;
    const weights = loss.kind === "linear" ? 1 : datum.completion.length;
    checkLength("weights", datum.weights, weights, where);
    for (const name of needed) {
      const values = datum[name];
      if (!values) {
        throw new SelftrainError({
          code: `${name}-missing`,
          message: `this ${loss.kind} loss needs the ${name} of every datum, and one has none`,
          where,
          remedy: SOURCES[name],
        });
      }
      checkLength(name, values, datum.completion.length, where);
    }
  });
}

function checkPrompt(config: ModelConfig, prompt: readonly number[], after: number, where: string): void {
  if (prompt.length === 0) {
    throw new SelftrainError({
      code: "prompt-empty",
      message: "a prompt has no tokens",
      expected: "at least one token",
      where,
      remedy: "remove empty prompts from the data",
    });
  }
  if (prompt.length + after > config.contextLength) {
    throw new SelftrainError({
      code: "prompt-too-long",
      message: `a prompt of ${prompt.length} tokens leaves no room for ${after} more`,
      found: prompt.length + after,
      expected: `at most ${config.contextLength} tokens, the model's context`,
      where,
      remedy: "shorten the prompt or the completion (maxNewTokens)",
    });
  }
  checkTokens(config, prompt, where);
}

function checkTokens({ vocabSize }: ModelConfig, tokens: readonly number[], where: string): void {
  const bad = tokens.find((token) => !(Number.isInteger(token) && token >= 0 && token < vocabSize));
  if (bad === undefined) return;
  throw new SelftrainError({
    code: "token-out-of-range",
    message: "a token is not in the model's vocabulary",
    found: bad,
    expected: `0 to ${vocabSize - 1}`,
    where,
    remedy: "use the tokenizer that belongs to this model",
  });
}

function checkLength(
  what: "weights" | keyof typeof SOURCES,
  values: Float32Array,
  tokens: number,
  where: string,
): void {
  if (values.length === tokens) return;
  throw new SelftrainError({
    code: `${what}-mismatch`,
    message: `a datum needs one of its ${what} for each completion token`,
    found: values.length,
    expected: tokens,
    where,
    remedy: `pass ${what} of the completion's length`,
  });
}
