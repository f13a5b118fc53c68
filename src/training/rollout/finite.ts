/** A policy that has diverged gives no probabilities any more. */
import { SelftrainError } from "../../errors.js";
import type { Group } from "../../group.js";

/**
 * Throws `policy-not-finite` where a sampled token has no finite logprob. Without this check such a policy would go
 * unnoticed: its solutions have no answers, so that their groups have no label and no gradient that could be NaN.
 */
export function checkFinite(groups: readonly Group[]): void {
  for (const { prompt, rollouts, policyVersion } of groups) {
    for (const { logprobs, text } of rollouts) {
      const token = logprobs.findIndex((logprob) => !Number.isFinite(logprob));
      if (token < 0) continue;
      throw new SelftrainError({
        code: "policy-not-finite",
        message: `the model gave a token the log-probability ${logprobs[token]}: its weights have grown out of bounds`,
        found: { solution: text, token, logprob: String(logprobs[token]) },
        expected: "finite log-probabilities",
        where: `prompt ${prompt.id}, after ${policyVersion} optimiser steps`,
        remedy: "lower the learning rate and start from an earlier checkpoint, or use another model",
      });
    }
  }
}
