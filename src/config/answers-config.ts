/** How answers are read from solutions, and how they vote. */

import { z } from "zod";
import { ruleNames } from "../core/answer/extract/rules.js";
import { MAX_FAILURE_SHARE } from "../core/answer/read.js";
import { MIN_ANSWERS, SHARE } from "../core/vote/min-answers.js";
import { tieRules } from "../core/vote/ties.js";
import { weightKinds } from "../core/vote/weights.js";
import { whereKeysAreRight } from "./cross-check.js";

const rules = z
  .array(z.enum(ruleNames))
  .min(1)
  .optional()
  .describe(
    "Rules that find the answer, in order: the first whose marker is in the text decides; by default boxed and delimited for tasks, and for files tag, final, boxed, hash, choice, phrase (docs/concepts/answers.md)",
  );
const regex = z
  .string()
  .min(1)
  .optional()
  .describe(
    "Regular expression of the answer, for the rule regex, which alone is used unless rules are given; matched against the last 10,000 characters",
  );
const truncated = z
  .enum(["none", "extract"])
  .default("none")
  .describe("What an unfinished solution answers: nothing, or what the rules find in it");
const maxFailureShare = z
  .number()
  .min(0)
  .max(1)
  .default(MAX_FAILURE_SHARE)
  .describe("Share of the answers of a batch that the grader may fail on; more stop the work, with examples");
const canonicaliser = z
  .string()
  .default("auto")
  .describe(
    "What makes answers canonical: auto (a task's own; math for everything else), math, math-decimal-comma (0,5 is a half), text, or a name that a program registered",
  );

/** Keys of every command that reads answers. */
export const answerKeys = { rules, regex, canonicaliser, truncated, maxFailureShare };

type Check = z.core.$RefinementCtx;

/** `regex` is the pattern of the rule of that name: neither means anything without the other. */
export function checkRegex(
  { rules: names, regex: pattern }: { rules?: readonly string[] | undefined; regex?: string | undefined },
  path: string[],
  check: Check,
): void {
  const named = names?.includes("regex") ?? pattern !== undefined;
  if (named === (pattern !== undefined)) return;
  check.addIssue({
    code: "custom",
    path: [...path, "regex"],
    message: named ? "the rule regex has no pattern" : "there is a pattern, and no rule regex that uses it",
    params: { remedy: named ? "give regex" : "add regex to the rules, or leave the rules out" },
  });
}

export const answersSchema = z
  .strictObject(answerKeys)
  .superRefine((answers, check) => checkRegex(answers, [], check), whereKeysAreRight)
  .prefault({})
  .describe("How answers are read");

export type AnswersConfig = z.output<typeof answersSchema>;

export const ties = z
  .enum(tieRules)
  .default("none")
  .describe(
    "Which of several equally voted answers is the label: none of them, the one sampled first, that of the shortest solution, that of the highest mean logprob, a random one (by seed), the smallest in code-unit order",
  );

export const minAnswers = z
  .union([z.int().min(1), z.string().regex(SHARE).describe("a share such as 25%, over 0% to 100%")], {
    error: "expected a number of samples such as 3, or a share such as 25%",
  })
  .default(MIN_ANSWERS)
  .describe(
    "Samples with an answer that a label needs: a number such as 3, or a share such as 25%, rounded up; a group with fewer has no label and no reward",
  );

const weightsAbout =
  "Weight of a solution's vote: the same for all, by its probability, by exp(mean logprob a token)";

export const voteSchema = z
  .strictObject({ ties, minAnswers, weights: z.enum(weightKinds).default("uniform").describe(weightsAbout) })
  .prefault({})
  .describe("The vote");

/** The vote where a reward model may weigh it. */
export const scoredVoteSchema = z
  .strictObject({
    ties,
    minAnswers,
    weights: z
      .enum([...weightKinds, "reward-model"])
      .default("uniform")
      .describe(`${weightsAbout}, by the σ(score) of rewardModel`),
  })
  .prefault({})
  .describe("The vote");

export type ScoredVoteConfig = z.output<typeof scoredVoteSchema>;
