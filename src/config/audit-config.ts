/** Configuration of `selftrain audit`: what is audited, and how the files of other trainers are read. */
import { z } from "zod";
import { answerKeys, checkRegex } from "./answers-config.js";
import { whereKeysAreRight } from "./cross-check.js";

export const auditFormats = ["auto", "run", "jsonl", "trl", "verl"] as const;

/** Other trainers do not say which completions were cut off, so that there is no rule for those. */
const { truncated: _, ...read } = answerKeys;
const answersSchema = z
  .strictObject(read)
  .superRefine((answers, check) => checkRegex(answers, [], check), whereKeysAreRight)
  .optional()
  .describe("How answers are read from the completions of another trainer");

export const auditConfigSchema = z
  .strictObject({
    run: z
      .string()
      .describe(
        "Run directory; or rollouts of another trainer, a file or a folder of files (docs/how-to/audit.md)",
      ),
    html: z.string().optional().describe("HTML file to write: one self-contained page"),
    format: z
      .enum(auditFormats)
      .default("auto")
      .describe(
        "What the path holds: a run directory, JSON Lines of rollouts, TRL's completions, verl's rollouts; auto looks",
      ),
    rewardColumn: z
      .string()
      .optional()
      .describe(
        "Column of the reward in the files of another trainer (default: reward; score in verl's, the only one in TRL's)",
      ),
    truthColumn: z
      .string()
      .optional()
      .describe("Column of the true answers in the files of another trainer (default: truth; gts in verl's)"),
    answers: answersSchema,
  })
  .describe("An audit");

export type AuditConfig = z.output<typeof auditConfigSchema>;
