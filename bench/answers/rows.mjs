/**
 * A folder of answers: a folder a source, of JSON Lines `{gold, completion, choices?, stated?, group?}`, one a completion. Lines that lie in
 * the folder itself are the source `.`.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const HOW =
  "Make one from outputs that you have: node scripts/answers/make-folders.mjs --out FOLDER SOURCE=REPOSITORY (--help lists the sources)";

/** Where the named folder is a folder of answers; throws, saying how to make one, where it is not. */
export function answersFolder(named) {
  if (named === undefined) throw new Error(`answers: name a folder of answers with --answers FOLDER. ${HOW}`);
  if (!existsSync(named) || !statSync(named).isDirectory()) {
    throw new Error(`answers: there is no folder ${named}. ${HOW}`);
  }
  const files = jsonLines(named);
  const sources = files.length > 0 ? [{ name: basename(resolve(named)), files }] : [];
  for (const name of readdirSync(named).sort()) {
    if (!statSync(join(named, name)).isDirectory()) continue;
    const inside = jsonLines(join(named, name));
    if (inside.length > 0) sources.push({ name, files: inside });
  }
  if (sources.length === 0)
    throw new Error(`answers: ${named} holds no .jsonl file, nor does a folder in it. ${HOW}`);
  return sources;
}

const jsonLines = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".jsonl"))
    .sort()
    .map((name) => join(folder, name));

/** The rows of a source. Throws with file and line where one is none. */
export function rowsOf({ files }) {
  return files.flatMap((file) =>
    readFileSync(file, "utf8")
      .split("\n")
      .flatMap((line, index) => (line.trim() === "" ? [] : [rowOf(line, `${file}:${index + 1}`)])),
  );
}

function rowOf(line, where) {
  const row = parsed(line, where);
  const text = (key, needed) => typeof row?.[key] === "string" || (!needed && row?.[key] === undefined);
  const good =
    text("gold", true) && text("completion", true) && text("stated", false) && text("group", false);
  if (!good || !(row.choices === undefined || Array.isArray(row.choices))) {
    throw new Error(
      `answers: ${where} is no row. Expected {gold, completion, choices?, stated?, group?}, texts but for the list of choices`,
    );
  }
  return row;
}

function parsed(line, where) {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new Error(`answers: ${where} is not JSON: ${error.message}`);
  }
}
