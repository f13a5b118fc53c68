/**
 * Configurations that an earlier version stored, which lack keys of today: what was done without them is written in their place, so that the run
 * goes on, and is replayed, as it was begun. Where prompts of files and of a task are in one configuration, those that are trained on decide.
 */

import { withTodaysKeys } from "./earlier-keys.js";

type Values = Readonly<Record<string, unknown>>;

/** The rules of files of prompts before `vote.minAnswers` was there. */
const RULES = ["tag", "final", "boxed", "hash", "choice", "phrase", "latex"];

/** A stored configuration in the keys of today, with what its absent ones meant. One of today's has them all, and stays as it is. */
export const asItWas = <T>(stored: T): T => withAbsentKeys(withTodaysKeys(stored));

function withAbsentKeys<T>(stored: T): T {
  if (!isMap(stored) || !isMap(stored.vote) || "minAnswers" in stored.vote) return stored;
  const { answers, prompts } = stored;
  const ownRules = isMap(answers) && ("rules" in answers || "regex" in answers);
  return {
    ...stored,
    // Votes that a folder of labels brings are not counted again.
    ...("labels" in stored ? {} : { vote: { ...stored.vote, minAnswers: 1 } }),
    ...(isMap(answers) && !ownRules && isMap(prompts) && "file" in prompts
      ? { answers: { ...answers, rules: RULES } }
      : {}),
  };
}

const isMap = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);
