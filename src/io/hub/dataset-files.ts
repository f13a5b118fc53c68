/** Which files of a dataset are meant: a file, a folder, a glob, or all where there is one kind of them. */
import { SelftrainError } from "../../errors.js";
import { globMatcher, isGlob } from "./glob.js";
import { type DatasetSpec, formatId, shownId } from "./hub-id.js";
import { withoutSlashes } from "./settings.js";

const data = /\.(parquet|jsonl|csv)$/;
/** `train-00000-of-00003.parquet`, and `0000.parquet` of converted datasets: a part of one table. */
const shard = /-?\d{4,5}(?:-of-(\d{5}))?$/;
const mostShown = 20;

/**
 * Paths in order, of one format and one split. Throws `hub-dataset-empty`, `hub-dataset-file-missing`, and
 * `hub-dataset-ambiguous`, which lists what there is.
 */
export function datasetFiles(spec: DatasetSpec, paths: readonly string[]): string[] {
  const { path } = spec;
  if (path !== null && paths.includes(path)) return [path];
  const candidates = paths.filter((other) => data.test(other)).sort();
  if (candidates.length === 0) {
    throw new SelftrainError({
      code: "hub-dataset-empty",
      message: `${spec.name} has no data files that can be read`,
      found: paths.slice(0, mostShown),
      expected: "files that end in .parquet, .jsonl or .csv",
      where: shownId(spec),
      remedy: `try the hub's own conversion: ${formatId(spec, "refs/convert/parquet")}`,
    });
  }
  const chosen = path === null ? candidates : candidates.filter(matcher(path));
  if (chosen.length === 0) {
    throw new SelftrainError({
      code: "hub-dataset-file-missing",
      message: `${spec.name} has no data file ${path}`,
      found: shownTables(candidates),
      where: shownId(spec),
      remedy: "name one of these after a colon; * and ** match any name and any folders",
    });
  }
  const tables = tablesOf(chosen);
  // A glob says itself which tables belong together, unless they are of several formats.
  const isOne = path !== null && isGlob(path) ? new Set(chosen.map(formatOf)).size === 1 : tables.size === 1;
  if (isOne) return chosen;
  const example = [...tables.keys()].find((name) => name.includes("train")) ?? [...tables.keys()][0];
  throw new SelftrainError({
    code: "hub-dataset-ambiguous",
    message: `${spec.name} has several tables, and nothing says which is meant`,
    found: shownTables(chosen),
    expected: "one table (a split of a configuration), or a glob",
    where: shownId(spec),
    remedy: `name it after a colon, for instance ${formatId(spec, spec.revision ?? "main")}:${example}`,
  });
}

/** The numbered parts of a table that are not among the paths, as far as their names say how many there are. */
export function absentParts(paths: readonly string[]): number {
  return [...tablesOf(paths).values()].reduce((sum, parts) => {
    const of = shard.exec(stemOf(parts[0]!))?.[1];
    return sum + (of === undefined ? 0 : Math.max(0, Number(of) - parts.length));
  }, 0);
}

function matcher(path: string): (other: string) => boolean {
  if (isGlob(path)) return globMatcher(path);
  const folder = `${withoutSlashes(path)}/`;
  return (other) => other.startsWith(folder);
}

function shownTables(paths: readonly string[]): string[] {
  const tables = [...tablesOf(paths).keys()];
  return tables.length > mostShown
    ? [...tables.slice(0, mostShown), `and ${tables.length - mostShown} more`]
    : tables;
}

const stemOf = (path: string) => path.replace(data, "");
const formatOf = (path: string) => data.exec(path)?.[1];

/** Files by table, named by a glob where a table has several parts: `main/train-*.parquet`. */
function tablesOf(paths: readonly string[]): Map<string, string[]> {
  const tables = new Map<string, string[]>();
  for (const path of paths) {
    const stem = stemOf(path);
    const table = shard.test(stem)
      ? `${stem.replace(shard, (part) => (part.startsWith("-") ? "-*" : "*"))}${path.slice(stem.length)}`
      : path;
    tables.set(table, [...(tables.get(table) ?? []), path]);
  }
  return tables;
}
