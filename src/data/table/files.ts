/** Which files a dataset is: a file, a folder of files, a pattern, or a dataset of the hub. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { quoteText, streamRows } from "../../io/fs/duckdb.js";
import { resolveDataset } from "../../io/hub/dataset.js";
import { isDatasetSpec } from "../../io/hub/hub-id.js";
import type { HubOptions } from "../../io/hub/options.js";

const formats = {
  ".jsonl": "JSON Lines",
  ".ndjson": "JSON Lines",
  ".json": "JSON",
  ".csv": "CSV",
  ".tsv": "TSV",
  ".parquet": "Parquet",
} as const;

/** `JSON` is one array, or JSON Lines under another name. */
export type Format = (typeof formats)[keyof typeof formats];

export interface DataFile {
  readonly path: string;
  /** The path, without what the paths of all the dataset's files begin with. */
  readonly name: string;
  readonly format: Format;
}

const known = `${Object.keys(formats).join(", ")}, and all but Parquet also with .gz`;

/**
 * The files of a dataset, in the order of their names; those of the hub, `hf:datasets/org/name`, are downloaded. Throws
 * `file-unreadable` where there are none, `format-unknown`, `format-mixed` where they are of several formats, and as
 * `resolveDataset` does.
 */
export async function dataFiles(source: string, hub: HubOptions = {}): Promise<readonly DataFile[]> {
  const paths = isDatasetSpec(source) ? (await resolveDataset(source, hub)).files : await pathsOf(source);
  const shared = commonFolder(paths);
  const files = paths.map((path) => ({
    path,
    name: path.slice(shared.length).replace(/^[/\\]/, ""),
    format: formatOf(path),
  }));
  const found = [...new Set(files.map(({ format }) => format))];
  if (found.length === 1) return files;
  throw new SelftrainError({
    code: "format-mixed",
    message: `${source} holds files of several formats.`,
    found,
    expected: "files of one format",
    where: source,
    remedy: `Name those that are meant, for example ${join(dirname(paths[0]!), `*${extensionOf(paths[0]!)}`)}.`,
  });
}

async function pathsOf(source: string): Promise<string[]> {
  // A file whose name looks like a pattern is that file.
  if (existsSync(source)) {
    if (!statSync(source).isDirectory()) return [source];
    const inside = readdirSync(source)
      .filter((name) => extensionOf(name) !== undefined)
      .sort();
    if (inside.length > 0) return inside.map((name) => join(source, name));
    throw missing(source, `There is no data file in the folder ${source}.`);
  }
  if (!/[*?[]/.test(source)) throw missing(source, `There is no file ${source}.`);
  const paths: string[] = [];
  for await (const { file } of streamRows(`SELECT file FROM glob(${quoteText(source)})`))
    paths.push(String(file));
  if (paths.length === 0) throw missing(source, `No file matches ${source}.`);
  return paths.sort();
}

function missing(source: string, message: string): SelftrainError {
  return new SelftrainError({
    code: "file-unreadable",
    message,
    expected: `a file, a folder of files, or a pattern (${known}); hf:datasets/org/name is on the hub`,
    where: source,
    remedy: "Check the path; a relative one starts at the current folder.",
  });
}

/** The longest folder that all paths lie in. */
function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0]!);
  while (!paths.every((path) => path.startsWith(join(folder, "/")) || folder === "."))
    folder = dirname(folder);
  return folder === "." ? "" : folder;
}

function extensionOf(path: string): keyof typeof formats | undefined {
  const name = basename(path).toLowerCase();
  const plain = name.endsWith(".gz") && !name.endsWith(".parquet.gz") ? name.slice(0, -".gz".length) : name;
  return (Object.keys(formats) as (keyof typeof formats)[]).find((extension) => plain.endsWith(extension));
}

function formatOf(path: string): Format {
  const extension = extensionOf(path);
  if (extension !== undefined) return formats[extension];
  throw new SelftrainError({
    code: "format-unknown",
    message: `The name of ${path} does not say what format the file has.`,
    found: basename(path),
    expected: known,
    where: path,
    remedy: "Rename the file, or convert it.",
  });
}
