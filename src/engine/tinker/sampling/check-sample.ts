/** Samples are looked at before they are trained on: what ended them, how long they are, and whether they are samples at all. */
import type { ModelConfig } from "../../../model/config.js";
import { sum } from "../../../numbers.js";
import type { Completion, SamplingOptions } from "../../engine.js";
import { checkLogprobs, invalid } from "../training/check-logprobs.js";
import type { SampleOutput } from "../wire/messages.js";

/** The completions of one prompt. Throws `tinker-answer-invalid`. */
export function completionsOf(
  { sequences }: SampleOutput,
  n: number,
  { eosTokens, vocabSize }: ModelConfig,
  { maxTokens, stopTokens = eosTokens }: SamplingOptions,
): Completion[] {
  if (sequences.length !== n)
    throw invalid("the server gives another number of samples", sequences.length, n, "asample");
  return sequences.map(({ tokens, logprobs, stopReason }, i) => {
    const where = `asample, sample ${i}`;
    if (logprobs.length !== tokens.length)
      throw invalid("a sample has not one logprob a token", logprobs.length, tokens.length, where);
    const outside = tokens.find((token) => !(token >= 0 && token < vocabSize));
    if (outside !== undefined)
      throw invalid("a sample has a token that the model has not", outside, `0 to ${vocabSize - 1}`, where);
    checkEnd(tokens, stopReason, { maxTokens, stopTokens }, where);
    // At the limit both are true, and a stop token that was drawn has ended it.
    const finish = stopTokens.includes(tokens.at(-1)!) ? "stop" : stopReason;
    return { tokens: [...tokens], logprobs: clamped(logprobs), finish };
  });
}

/** Rounding may take a logprob above 0, never far. */
const clamped = (logprobs: Float32Array): Float32Array =>
  logprobs.some((own) => own > 0 && own < 1e-3)
    ? logprobs.map((own) => (own < 1e-3 ? Math.min(own, 0) : own))
    : logprobs;

function checkEnd(
  tokens: readonly number[],
  reason: "stop" | "length",
  { maxTokens, stopTokens }: { maxTokens: number; stopTokens: readonly number[] },
  where: string,
): void {
  const at = tokens.findIndex((token) => stopTokens.includes(token));
  if (reason === "stop" && at < 0)
    throw invalid(
      "a sample stopped, and its last token is no stop token: the server leaves it out, so that stopping is never learnt",
      tokens.at(-1) ?? "no token",
      `one of ${stopTokens.join(", ")}`,
      where,
    );
  if (at >= 0 && at !== tokens.length - 1)
    throw invalid(
      "a sample goes on after a stop token",
      `token ${at + 1} of ${tokens.length}`,
      "the last",
      where,
    );
  const wrong = reason === "length" && tokens.length !== maxTokens;
  if (wrong || tokens.length > maxTokens)
    throw invalid("a sample has another length than was asked for", tokens.length, maxTokens, where);
}

/** All logprobs of a call. Throws `tinker-answer-invalid`. */
export function checkSamples(groups: readonly (readonly Completion[])[]): void {
  const all = groups.flat().map(({ logprobs }) => logprobs);
  const tokens = all.reduce((count, { length }) => count + length, 0);
  const zeros = all.every((own) => own.every((logprob) => logprob === 0));
  // One token may be certain; a whole call of them is not.
  if (tokens < 8 || !zeros)
    checkLogprobs(
      all.filter((own) => own.some((logprob) => logprob !== 0)),
      "asample, sample",
    );
  else checkLogprobs(all, "asample, sample");
}

/** Nats beyond which chance has not made samples equal. */
const IMPOSSIBLE = -30;

/** Whether the samples of each prompt are copies of one another, which as draws from the policy they could not be. */
export function areCopies(groups: readonly (readonly Completion[])[], temperature: number): boolean {
  if (temperature === 0) return false;
  let chance = 0;
  for (const [first, ...others] of groups)
    for (const other of others) {
      if (other.tokens.join() !== first!.tokens.join()) return false;
      chance += sum(other.logprobs) / temperature;
    }
  return chance < IMPOSSIBLE;
}
