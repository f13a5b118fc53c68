/** Logprobs that a server hands back are looked at before anything is made of them: some servers fill in zeros, or shift them by one. */
import { SelftrainError } from "../../../errors.js";
import type { Datum } from "../../engine.js";
import type { ForwardBackwardOutput } from "../wire/messages.js";

/** A logprob may be this much above 0 by rounding. */
const ROUNDING = 1e-3;
/** The mean ratio of an update on what the same policy has just sampled lies so near to 1, even with kernels that differ. */
const RATIO_TOLERANCE = 0.1;

export const invalid = (message: string, found: unknown, expected: unknown, where: string): SelftrainError =>
  new SelftrainError({
    code: "tinker-answer-invalid",
    message,
    found,
    expected,
    where,
    remedy: "check engine.server, and report it to the makers of the server",
  });

/** Of each datum the logprobs of its completion (T). Throws `tinker-answer-invalid`. */
export function completionLogprobs(
  { outputs }: ForwardBackwardOutput,
  data: readonly Pick<Datum, "prompt" | "completion">[],
): Float32Array[] {
  if (outputs.length !== data.length)
    throw invalid(
      "the server answers for another number of data",
      outputs.length,
      data.length,
      "forward_backward",
    );
  return data.map(({ prompt, completion }, i) => {
    const all = outputs[i]!.logprobs?.data;
    const expected = prompt.length + completion.length - 1;
    if (all?.length !== expected)
      throw invalid(
        "a datum's logprobs are not one a position",
        all?.length ?? "none",
        expected,
        `datum ${i}`,
      );
    return Float32Array.from(all.slice(prompt.length - 1));
  });
}

/** Throws `tinker-answer-invalid` where these cannot be logprobs of a policy. */
export function checkLogprobs(logprobs: readonly Float32Array[], where: string): void {
  let zeros = 0;
  let tokens = 0;
  logprobs.forEach((own, i) => {
    const bad = own.find((logprob) => !(logprob <= ROUNDING && logprob > -Infinity));
    if (bad !== undefined)
      throw invalid("a logprob is none", bad, "a finite number, 0 or less", `${where} ${i}`);
    tokens += own.length;
    for (const logprob of own) if (logprob === 0) zeros++;
  });
  if (tokens > 1 && zeros === tokens)
    throw invalid("all logprobs are 0: the server fills them in", `${tokens} zeros`, "logprobs", where);
}

/**
 * That what the sampler and the trainer say of the same tokens under the same weights is the same, but for their arithmetic. Throws
 * `tinker-ratio` where it is not: tokens are shifted, weights are others, or the sampler draws from another distribution.
 */
export function checkFirstRatio(sampled: readonly Float32Array[], trained: readonly Float32Array[]): void {
  let ratio = 0;
  let tokens = 0;
  trained.forEach((own, i) => {
    for (let t = 0; t < own.length; t++) ratio += Math.exp(Math.min(20, own[t]! - sampled[i]![t]!));
    tokens += own.length;
  });
  const mean = ratio / tokens;
  if (tokens === 0 || Math.abs(mean - 1) <= RATIO_TOLERANCE) return;
  throw new SelftrainError({
    code: "tinker-ratio",
    message: "before any training, the server's trainer and sampler disagree about the same tokens",
    found: `mean ratio of probabilities ${mean.toFixed(4)}`,
    expected: `1 ± ${RATIO_TOLERANCE}`,
    where: "the first update",
    remedy:
      "check that trainer and sampler hold the same model, that sampling is at temperature 1 without top-p and top-k, and engine.server",
  });
}
