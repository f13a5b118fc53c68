/** What `selftrain runs` and the commands below it take. */
import { z } from "zod";

export const runsListSchema = z.strictObject({
  root: z.string().optional().describe("Folder to look in (default: runs)"),
});

export const runsCompareSchema = z.strictObject({
  runs: z.array(z.string()).min(2, "two runs or more").describe("Run directories, two or more"),
});

export const runsRemoveSchema = z.strictObject({
  runs: z
    .array(z.string())
    .min(1, "one run or more")
    .describe("Run directories to delete, none of which is running"),
  yes: z.boolean().default(false).describe("Delete them; without it, what would be deleted is said"),
});

export const CHECKPOINTS = ["none", "last", "all"] as const;

export const runsExportSchema = z.strictObject({
  run: z.string().describe("Run directory, finished or not"),
  output: z
    .string()
    .describe("Archive to write, where it ends in .tar.gz or .tgz, or else a folder; neither may exist"),
  checkpoints: z.enum(CHECKPOINTS).default("none").describe("Checkpoints that go along; models are large"),
});

export type RunsExportConfig = z.output<typeof runsExportSchema>;
