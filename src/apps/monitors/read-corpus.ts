/** The corpus of recorded runs: a folder with a file a split, such as `tuning.jsonl.gz`, one run a line. */
import fs from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import { whyUnreadable } from "../../io/fs/stored.js";
import { decodeUtf8 } from "../../utf8.js";
import { type CorpusRun, corpusRunSchema, type Split } from "./corpus-format.js";

/** Where a clone of the repository has it; as far up from the build as from the sources. */
const OWN = fileURLToPath(new URL("../../../corpus", import.meta.url));

export const corpusFile = (folder: string, split: Split): string => join(folder, `${split}.jsonl.gz`);

/**
 * The runs of one split, of which no file of another is opened. `folder` is by default that of the clone.
 * Throws `corpus-missing`, `corpus-corrupt`, and as `guardFs` does.
 */
export function readCorpus(split: Split, folder: string = OWN): CorpusRun[] {
  const path = corpusFile(folder, split);
  if (!fs.existsSync(path)) throw missing(split, path, folder === OWN);
  const text = textOf(path);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const runs = lines.map((line, i) => runOf(line, split, `${path}:${i + 1}`));
  const names = new Set<string>();
  for (const [i, { name }] of runs.entries()) {
    if (names.has(name)) throw corrupt(`${path}:${i + 1}`, `${name} a second time`);
    names.add(name);
  }
  if (runs.length === 0) throw corrupt(path, "no line");
  return runs;
}

function textOf(path: string): string {
  const bytes = guardFs("read the corpus", path, () => fs.readFileSync(path));
  let plain: Buffer;
  try {
    plain = gunzipSync(bytes);
  } catch (cause) {
    throw corrupt(path, (cause as Error).message);
  }
  return decodeUtf8(plain, path);
}

function runOf(line: string, split: Split, where: string): CorpusRun {
  let run: CorpusRun;
  try {
    run = corpusRunSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw corrupt(where, whyUnreadable(cause));
  }
  if (run.split !== split) throw corrupt(where, `a run of the split ${run.split}`);
  return run;
}

const corrupt = (where: string, found: string): SelftrainError =>
  new SelftrainError({
    code: "corpus-corrupt",
    message: "A line of the corpus is not a recorded run.",
    found: found.slice(0, 300),
    expected: "gzip of JSON Lines, a run a line, as scripts/corpus/collect.mjs writes them",
    where,
    remedy: "Restore the file, or collect it again from the runs.",
  });

const missing = (split: Split, path: string, own: boolean): SelftrainError =>
  new SelftrainError({
    code: "corpus-missing",
    message: `The ${split} runs of the corpus are not there.`,
    found: "no such file",
    where: path,
    remedy: own
      ? "The package is without the corpus: clone the repository of selftrain, which has it in corpus/, and give that folder with --corpus. Or make one of your own: scripts/corpus/run.mjs, then collect.mjs."
      : "Give the folder that has the file, or make it: scripts/corpus/run.mjs, then collect.mjs.",
  });
