/**
 * Splits that cannot leak: which split a prompt belongs to is a pure function of its text, so no seed, level,
 * mixture or pool size can put the same prompt into two of them.
 */
import { hashString } from "../random.js";

/** What prompts are for: supervised pretraining, self-training, or evaluation. */
export type Split = "pretrain" | "train" | "test";

/** Share of the prompt space of each split; the shares add up to 1. */
export type SplitProportions = Readonly<Record<Split, number>>;

export const taskProportions: SplitProportions = { test: 0.1, train: 0.3, pretrain: 0.6 };

/**
 * A file has no endless prompt space to divide, and its completions are its own: what is not held out is for
 * training of either kind. The held-out prompts are the same as under `taskProportions`.
 */
export const fileProportions: SplitProportions = { test: 0.1, train: 0.9, pretrain: 0 };

/** The split of a prompt. */
export function splitOf(prompt: string, proportions: SplitProportions = taskProportions): Split {
  const position = hashString(prompt) / 2 ** 32;
  if (position < proportions.test) return "test";
  return position < proportions.test + proportions.train ? "train" : "pretrain";
}
