/**
 * Closed hundreds of steps in one file each, because a query over a long run that opened a file a step would take minutes:
 * `cache/rollouts/steps-000100-000199.parquet`, a row group a step, and the same of `probe` and, as JSON Lines, of `groups`. The cache follows
 * from the files of the steps and may be deleted at any time. Beside each stands what it was made of; where that is not what is there, it is not
 * used and made again.
 */
import fs from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import type { StepFile } from "./step-files.js";

/** Steps of a part. */
export const SPAN = 100;

export type CachedPart = "rollouts" | "probe" | "groups";

const stampSchema = z.object({ bytes: z.int(), modified: z.number() });
type Stamp = z.output<typeof stampSchema>;

const sourcesSchema = z.object({
  /** Layout of the cached file; another one is made again. */
  format: z.literal(1),
  cache: stampSchema,
  /** Of each step's file, in step order. */
  steps: z.array(stampSchema.extend({ step: z.int() })),
});

/** A hundred of steps: its files, and where they are joined. */
export interface Hundred {
  readonly first: number;
  readonly files: readonly StepFile[];
  /** The joined file, whether it is there or not. */
  readonly path: string;
}

const extensions: Readonly<Record<CachedPart, string>> = {
  rollouts: "parquet",
  probe: "parquet",
  groups: "jsonl",
};

const padded = (step: number): string => String(step).padStart(6, "0");

/** The files as closed hundreds, and those of the hundred that is still being written. `last` is the step that the run has got to. */
export function hundredsOf(
  run: string,
  part: CachedPart,
  files: readonly StepFile[],
  last: number,
): { readonly closed: readonly Hundred[]; readonly open: readonly StepFile[] } {
  const byFirst = new Map<number, StepFile[]>();
  for (const file of files) {
    const first = Math.floor(file.step / SPAN) * SPAN;
    const known = byFirst.get(first);
    if (known) known.push(file);
    else byFirst.set(first, [file]);
  }
  const isClosed = (first: number): boolean => first + SPAN <= last;
  const hundreds = [...byFirst].map(([first, own]) => ({
    first,
    files: own,
    path: cachePath(run, part, first),
  }));
  return {
    closed: hundreds.filter(({ first }) => isClosed(first)),
    open: hundreds.filter(({ first }) => !isClosed(first)).flatMap((own) => own.files),
  };
}

const cachePath = (run: string, part: CachedPart, first: number): string =>
  join(run, "cache", part, `steps-${padded(first)}-${padded(first + SPAN - 1)}.${extensions[part]}`);

const sourcesPath = ({ path }: Pick<Hundred, "path">): string => `${path}.json`;

/** Whether the joined file is there, whole, and of the files that are there now. */
export function isCurrent(hundred: Hundred): boolean {
  if (!fs.existsSync(hundred.path)) return false;
  const stored = storedSources(hundred);
  if (stored === null || !sameStamp(stored.cache, stampOf(hundred.path))) return false;
  return (
    stored.steps.length === hundred.files.length &&
    hundred.files.every(({ step, path }, i) => {
      const known = stored.steps[i]!;
      return known.step === step && sameStamp(known, stampOf(path));
    })
  );
}

/**
 * Has `write` make the joined file, and notes what it was made of. What a file of the hundred becomes meanwhile is found out at the next look, as
 * the notes are of before.
 */
export async function makeCache(hundred: Hundred, write: (path: string) => Promise<void>): Promise<void> {
  makeFolder(join(hundred.path, ".."), "make the cache");
  const steps = hundred.files.map(({ step, path }) => ({ step, ...stampOf(path) }));
  fs.rmSync(sourcesPath(hundred), { force: true });
  await write(hundred.path);
  const sources = { format: 1, cache: stampOf(hundred.path), steps };
  writeFileAtomic(sourcesPath(hundred), `${JSON.stringify(sources)}\n`);
}

function storedSources(hundred: Hundred): z.output<typeof sourcesSchema> | null {
  try {
    return sourcesSchema.parse(JSON.parse(fs.readFileSync(sourcesPath(hundred), "utf8")));
  } catch {
    return null;
  }
}

function stampOf(path: string): Stamp {
  const { size, mtimeMs } = fs.statSync(path);
  return { bytes: size, modified: Math.trunc(mtimeMs) };
}

const sameStamp = (a: Stamp, b: Stamp): boolean => a.bytes === b.bytes && a.modified === b.modified;
