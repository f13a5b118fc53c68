/**
 * Every sample of a probe, as `probe/step-000012.parquet`: columns are the fields of `ProbeRow`, rows stand prompt by prompt. The bytes are a function of the
 * rows and of DuckDB's version, as those of rollouts are. A probe says how the policy changed since the earlier ones, so that none of them may be lost.
 */
import fs from "node:fs";
import { basename, dirname, join } from "node:path";
import { SelftrainError } from "../errors.js";
import { quoteName } from "../io/fs/duckdb.js";
import { makeFolder } from "../io/fs/folder.js";
import { type Columns, readParquetRows, writeParquet } from "../io/fs/parquet.js";
import { stepList } from "./gaps.js";
import { listRollouts } from "./rollouts.js";
import type { ProbeRow } from "./run-directory.js";
import { parseStepName, stepName } from "./step-name.js";

const columns: Columns<ProbeRow> = {
  step: "INTEGER",
  group: "INTEGER",
  sample: "INTEGER",
  promptId: "VARCHAR",
  prompt: "VARCHAR",
  completion: "VARCHAR",
  tokens: "INTEGER",
  finish: "VARCHAR",
  answer: "VARCHAR | null",
  graderError: "VARCHAR | null",
  voteLabel: "VARCHAR | null",
  voteShare: "DOUBLE",
  sumLogprob: "DOUBLE",
  answerFrom: "INTEGER | null",
  answerTo: "INTEGER | null",
  tokenIds: "INTEGER[]",
  tokenTexts: "VARCHAR[]",
  logprobs: "FLOAT[]",
  referenceLogprobs: "FLOAT[] | null",
  entropies: "FLOAT[] | null",
};
/** Columns that runs of earlier versions do not have: they are read as null. */
const added = ["entropies"] as const;

/** A query with these columns and no rows. */
export const noProbe = `SELECT ${Object.entries(columns)
  .map(([name, type]) => `NULL::${type.replace(" | null", "")} AS ${quoteName(name)}`)
  .join(", ")} WHERE false`;

export const probeFolder = (run: string): string => join(run, "probe");

/** The file of a probe, whether it is there or not. */
export const probeFile = (run: string, step: number): string =>
  join(probeFolder(run), `${stepName(step)}.parquet`);

/** Writes the rows of a probe durably and in one step, replacing those of an earlier attempt. */
export async function writeProbe(run: string, step: number, rows: readonly ProbeRow[]): Promise<void> {
  makeFolder(probeFolder(run), "write the probe");
  await writeParquet(probeFile(run, step), columns, rows, "write the probe");
}

/** The rows of a probe in their order. Throws as `readParquetRows` does. */
export const readProbe = (path: string): Promise<ProbeRow[]> => read(path, columns);

/** What a vote of a probe was, without its tokens. */
export type ProbeVote = Pick<ProbeRow, "group" | "promptId" | "prompt" | "answer" | "voteLabel">;

/** The same of the probe's votes alone, which takes a hundredth of the bytes. */
export function readProbeVotes(path: string): Promise<ProbeVote[]> {
  const { group, promptId, prompt, answer, voteLabel } = columns;
  return read<ProbeVote>(path, { group, promptId, prompt, answer, voteLabel });
}

async function read<Row>(path: string, wanted: Columns<Row>): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const row of readParquetRows(path, wanted, remedyFor(path), added)) rows.push(row);
  return rows;
}

/** The probes of a run with their steps, in step order. */
export const listProbes = (run: string): { step: number; path: string }[] => listRollouts(probeFolder(run));

/** Deletes the probes of later steps, which belong to a run that is given up. */
export function dropProbesAfter(run: string, last: number): void {
  for (const { step, path } of listProbes(run)) if (step > last) fs.rmSync(path, { force: true });
}

/** Why a run is not continued without its earlier probes. */
export function probesLost(run: string, steps: readonly number[]): SelftrainError {
  const path = probeFile(run, steps[0]!);
  return new SelftrainError({
    code: "probe-missing",
    message: `The probe of ${stepList(steps)} is missing or cut short, and later probes are compared with it.`,
    found: fs.existsSync(path) ? `${fs.statSync(path).size} bytes` : "no such file",
    where: path,
    remedy: remedyFor(path),
  });
}

/** Only steps after the checkpoint that a run goes on from are done again; the policy of step 0 is that of its checkpoint. */
function remedyFor(path: string): string {
  const step = parseStepName(basename(path, ".parquet"));
  if (step === null) return "Restore the file.";
  const checkpoints = join(dirname(dirname(path)), "checkpoints");
  return `Restore the file. Or delete it and, in ${checkpoints}, the checkpoints of step ${Math.max(1, step)} and later: --resume then writes it again.`;
}
