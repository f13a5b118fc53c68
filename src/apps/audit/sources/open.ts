/** The source that a path is: said, or found out. */
import { existsSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { answersSchema } from "../../../config/answers-config.js";
import type { AuditConfig } from "../../../config/audit-config.js";
import { solutionRules } from "../../../core/answer/extract/rules.js";
import { readingOf } from "../../../data/reading.js";
import { type DataFile, dataFiles } from "../../../data/table/files.js";
import { scanTable } from "../../../data/table/read.js";
import { SelftrainError } from "../../../errors.js";
import { isRun, readRunInfo } from "../../../run/run-info.js";
import type { AuditSource, SourceFormat } from "../source.js";
import { AnswerReader } from "./imported-row.js";
import { jsonlSource } from "./jsonl.js";
import { runSource } from "./run.js";
import { trlSource } from "./trl.js";
import { verlSource } from "./verl.js";

/** Throws `audit-format-unknown`, and as the sources do. */
export async function openSource(config: AuditConfig): Promise<AuditSource> {
  const { run: path, format, rewardColumn, truthColumn, answers } = config;
  if (format === "run" || (format === "auto" && (isRun(path) || !existsSync(path)))) {
    readRunInfo(path);
    refuseReading(path, config);
    return runSource(path);
  }
  const folder = trlFolder(path) ?? path;
  if (format === "auto" && isFolder(path) && folder === path) refuseLostRun(path);
  const files = await dataFiles(folder);
  const kind = format === "auto" ? await formatOf(files) : format;
  const columns = { rewardColumn, truthColumn };
  const reader = new AnswerReader(readingOf(answersSchema.parse(answers), solutionRules));
  if (kind === "trl") return trlSource(path, files, reader, columns);
  if (kind === "verl") return verlSource(path, files, reader, columns);
  return jsonlSource(path, files, reader, columns);
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A run says itself what its rewards and answers are. */
function refuseReading(path: string, { rewardColumn, truthColumn, answers }: AuditConfig): void {
  const found = Object.entries({ rewardColumn, truthColumn, answers }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  if (found.length === 0) return;
  throw new SelftrainError({
    code: "config-audit-reading",
    message:
      "How rewards and answers are read is said of the files of other trainers alone: a run has its own.",
    found,
    where: path,
    remedy: "Leave them out.",
  });
}

/** The completions of a TRL output folder, which has them below; null where it is none. */
function trlFolder(path: string): string | null {
  const below = join(path, "completions");
  return isFolder(path) && isFolder(below) ? below : null;
}

/** A folder that was a run says so, rather than that its metrics are no rollouts. */
function refuseLostRun(path: string): void {
  if (existsSync(join(path, "rollouts"))) readRunInfo(path);
}

/** By the columns of the first row. */
async function formatOf(files: readonly DataFile[]): Promise<Exclude<SourceFormat, "run">> {
  const [first] = files as [DataFile];
  for await (const row of scanTable([first])) {
    if (row instanceof SelftrainError) throw unknown(first, row.message);
    const has = (...names: string[]) => names.every((name) => row.columns.includes(name));
    if (first.format === "Parquet" && has("step", "prompt", "completion")) return "trl";
    if (first.format === "JSON Lines" && has("input", "output", "score")) return "verl";
    if (has("step") && (has("promptId") || has("prompt"))) return "jsonl";
    throw unknown(first, row.columns);
  }
  throw unknown(first, "no row");
}

const unknown = (file: DataFile, found: readonly string[] | string): SelftrainError =>
  new SelftrainError({
    code: "audit-format-unknown",
    message: `${basename(file.path)} holds no rollouts of a format that is known.`,
    found,
    expected:
      "a run directory; JSON Lines with step, prompt or promptId, completion or answer; TRL's completions_*.parquet; verl's rollout *.jsonl",
    where: file.path,
    remedy: "Name another path, or write the rollouts as docs/how-to/audit.md says.",
  });
