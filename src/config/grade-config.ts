/** Configuration of `selftrain vote`, `selftrain vote serve` and `selftrain equivalent`. */

import { z } from "zod";
import { ExactNumber } from "../exact-number.js";
import { answerKeys, checkRegex, minAnswers, ties } from "./answers-config.js";
import { whereKeysAreRight } from "./cross-check.js";
import { checkInFlight, serveKeys } from "./serve-keys.js";
import { seedSchema } from "./train-config.js";

const name = z.string().min(1).optional();

const weightSources = ["uniform", "logprob", "length-normalised", "given"] as const;
const groupRewards = ["majority", "soft", "pairwise"] as const;

const countKeys = {
  ties,
  minAnswers,
  weights: z
    .enum(weightSources)
    .default("uniform")
    .describe(
      "Weight of a sample's vote: the same for all, by its probability, by exp(mean logprob a token), or as given (a reward model's score, 0 or more)",
    ),
  reward: z
    .enum(groupRewards)
    .default("majority")
    .describe(
      "Reward of a sample: 1 for the label's answer, the share of the vote that its answer has, or the share of the other samples that agree",
    ),
  seed: seedSchema,
};

const explain = z
  .boolean()
  .default(false)
  .describe(
    "Say of each text which candidates for its answer there are, which decides and why: as text on a terminal, as data with --json or to anything else",
  );

const task = z
  .string()
  .optional()
  .describe(
    "Procedural task whose solutions these are (see `selftrain tasks list`): they are read and compared as in training, where rules and canonicaliser say nothing else",
  );

const voteKeys = {
  ...countKeys,
  ...answerKeys,
  task,
  rules: answerKeys.rules.describe(
    "Rules that find the answer in a text, in order: the first whose marker is in the text decides; by default tag, final, boxed, hash, choice, phrase (docs/concepts/answers.md)",
  ),
};

export const voteConfigSchema = z
  .strictObject({
    data: z
      .string()
      .describe(
        "Samples, one a row: a JSONL, JSON, CSV, TSV or Parquet file, a folder of them, a pattern, or hf:datasets/org/name; - reads JSON lines from standard input",
      ),
    output: z
      .string()
      .default("-")
      .describe(
        "File to write, .jsonl or .parquet, a group a row; - prints a table on a terminal, and JSON lines to anything else, or with --json",
      ),
    sorted: z
      .boolean()
      .default(false)
      .describe(
        "The samples of each group stand together: groups are written as they end, in bounded memory",
      ),
    explain,
    groupColumn: name.describe("Column of the group (default: promptId, prompt_id, group or id)"),
    textColumn: name.describe("Column of the solution (default: text, completion or response)"),
    answerColumn: name.describe("Column of the answer alone, where there is no text (default: answer)"),
    ...voteKeys,
  })
  .superRefine((config, check) => {
    checkRegex(config, [], check);
    if (!config.explain || config.output === "-") return;
    check.addIssue({
      code: "custom",
      path: ["explain"],
      message: `explain prints how each answer was read, and output ${config.output} takes votes alone`,
      params: {
        remedy: "leave one of the two out; with --json the explanations are data, which `> file` keeps",
      },
    });
  }, whereKeysAreRight)
  .describe("A vote on samples of any origin");

export const voteServeConfigSchema = z
  .strictObject({
    ...serveKeys(8377),
    ...voteKeys,
  })
  .superRefine((config, check) => {
    checkRegex(config, [], check);
    checkInFlight(config, check);
  }, whereKeysAreRight)
  .describe("The vote as a service");

export const equivalentConfigSchema = z
  .strictObject({
    data: z
      .string()
      .default("-")
      .describe(
        'JSON lines {"gold": …, "pred": …}, each a completion or an answer alone; - is standard input',
      ),
    explain,
    ...answerKeys,
    rules: answerKeys.rules.describe(
      "Rules that find the answer in a text, in order: the first whose marker is in the text decides; by default tag, final, boxed, hash, choice, phrase, open-box, conclusion, bare, latex (docs/concepts/answers.md)",
    ),
  })
  .superRefine((config, check) => checkRegex(config, [], check), whereKeysAreRight)
  .describe("Whether answers are the same");

const isObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a request to the service may say of its groups; the rest is what the service was started with. */
export const voteRequestSchema = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        id: z.union([z.string(), z.number(), z.instanceof(ExactNumber)]),
        // Not a record: its keys are looked at one by one, and requests have a million.
        samples: z.array(z.custom<Readonly<Record<string, unknown>>>(isObject, "not an object")).min(1),
      }),
    )
    .min(1),
  options: z
    .strictObject({
      ties: countKeys.ties.unwrap().optional(),
      minAnswers: countKeys.minAnswers.unwrap().optional(),
      weights: countKeys.weights.unwrap().optional(),
      reward: countKeys.reward.unwrap().optional(),
      seed: seedSchema.unwrap().optional(),
    })
    .default({}),
});

export type VoteCommandConfig = z.output<typeof voteConfigSchema>;
export type VoteServeConfig = z.output<typeof voteServeConfigSchema>;
export type EquivalentConfig = z.output<typeof equivalentConfigSchema>;
/** How groups are counted, wherever they come from. */
export type CountConfig = Pick<VoteCommandConfig, keyof typeof countKeys>;
/** How answers are read, wherever they come from. */
export type GradeConfig = Pick<VoteCommandConfig, keyof typeof answerKeys> & {
  readonly task?: string | undefined;
};
