/**
 * Folders of answers for `npm run bench -- --only answers`, from public repositories' outputs that you have:
 *
 *   git clone https://github.com/openai/grade-school-math
 *   node scripts/answers/make-folders.mjs --out answers gsm8k=grade-school-math
 *
 * writes answers/gsm8k/RUN.jsonl, rows of {gold, completion, choices?, stated?, group}. `stated` is the answer that the completion states, read
 * by a rule of that format; `group` names the question. A source is a checked-out folder or a git directory. `--share 0.25` keeps a quarter of
 * the questions, chosen by a hash of `group`, so the same in every run. Without a source the formats are listed.
 */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { openRepository } from "./folders/repository.mjs";
import { sources } from "./folders/sources/index.mjs";

const list = Object.entries(sources).map(
  ([name, source]) => `  ${name.padEnd(16)}${source.repository}: ${source.stated}`,
);
const USAGE = `Usage: node scripts/answers/make-folders.mjs --out FOLDER [--share 1] SOURCE=REPOSITORY…

A SOURCE is one of these, its REPOSITORY a clone of it:
${list.join("\n")}`;

function parseOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, share: { type: "string", default: "1" }, help: { type: "boolean" } },
  });
  if (values.help || positionals.length === 0) return null;
  const share = Number(values.share);
  if (!(share > 0 && share <= 1))
    throw new Error(`Invalid value for --share (${values.share}). Expected a share up to 1`);
  if (values.out === undefined) throw new Error("Name the folder to write to with --out");
  const chosen = positionals.map((text) => {
    const [name, ...folder] = text.split("=");
    if (sources[name] === undefined || folder.length === 0) {
      throw new Error(
        `Invalid source (${text}). Expected NAME=FOLDER with a name of: ${Object.keys(sources).join(", ")}`,
      );
    }
    return { name, folder: folder.join("=") };
  });
  return { out: values.out, share, chosen };
}

/** Whether a question is kept: its hash, as a share of all hashes, lies below the share. */
function kept(group, share) {
  return createHash("sha256").update(group).digest().readUInt32BE(0) < share * 2 ** 32;
}

/** Writes a source's runs; returns what to say about it. */
function make(name, folder, out, share) {
  const { files, rows } = sources[name];
  const { paths, read } = openRepository(folder);
  const found = paths.filter((path) => files.test(path));
  if (found.length === 0)
    throw new Error(`${folder} has no file of the form ${files}: is it ${sources[name].repository}?`);
  const runs = new Map();
  const absent = [];
  for (const path of found) {
    const text = read(path);
    if (text === null) {
      absent.push(path);
      continue;
    }
    for (const { run, part, ...row } of rows(path, text, read)) {
      if (!kept(row.group, share)) continue;
      const file = join(part ? `${name}-${part}` : name, `${run.replace(/[^\w.@+-]+/g, "_")}.jsonl`);
      if (!runs.has(file)) runs.set(file, []);
      runs.get(file).push(row);
    }
  }
  for (const folder of new Set([...runs.keys()].map(dirname))) {
    rmSync(join(out, folder), { recursive: true, force: true });
    mkdirSync(join(out, folder), { recursive: true });
  }
  for (const [file, all] of runs) {
    writeFileSync(join(out, file), all.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  const all = [...runs.values()].flat();
  return {
    runs: runs.size,
    rows: all.length,
    stated: all.filter((row) => row.stated !== undefined).length,
    absent,
  };
}

try {
  const options = parseOptions();
  if (options === null) {
    console.log(USAGE);
  } else {
    for (const { name, folder } of options.chosen) {
      const { runs, rows, stated, absent } = make(name, folder, options.out, options.share);
      console.log(
        `${name}: ${rows} completions of ${runs} runs, ${stated} with a stated answer (${sources[name].stated})`,
      );
      for (const path of absent) console.error(`  left out, its content is not there: ${path}`);
    }
  }
} catch (error) {
  console.error(`make-folders: ${error.message}`);
  process.exitCode = 1;
}
