/** Rows of samples, gathered into the groups that they belong to. */

import { columnOf, type TableRow } from "../../data/table/row.js";
import { isRounded, ROUNDED_REMEDY, scalarText } from "../../data/table/scalar.js";
import { SelftrainError } from "../../errors.js";

const usual = ["promptId", "prompt_id", "group", "id"];

/** Names of the column that a group may be named by. */
export const groupColumns = (named: string | undefined): readonly string[] =>
  named === undefined ? usual : [named];

export interface SampleGroup<T> {
  readonly id: string;
  readonly samples: readonly T[];
}

/**
 * Groups in the order of their first rows, with their samples in the order of the rows. `sorted`: each group ends where
 * the next begins, and only one is held; throws `group-not-contiguous` where one goes on later. Otherwise what `read` makes
 * of every row is held to the end. Throws `column-missing` and `group-malformed`.
 */
export async function* groupsOf<T>(
  rows: AsyncIterable<TableRow>,
  { groupColumn, sorted }: { readonly groupColumn?: string | undefined; readonly sorted: boolean },
  read: (row: TableRow) => T,
): AsyncGenerator<SampleGroup<T>, void> {
  const groups = new Map<string, T[]>();
  /** Groups that are written. */
  const done = new Set<string>();
  for await (const row of rows) {
    const id = groupId(row, groupColumn);
    if (sorted && !groups.has(id)) {
      for (const [ended, samples] of groups) yield { id: ended, samples };
      for (const ended of groups.keys()) done.add(ended);
      groups.clear();
      if (done.has(id)) throw notContiguous(id, row.where);
    }
    const known = groups.get(id);
    const sample = read(row);
    if (known === undefined) groups.set(id, [sample]);
    else known.push(sample);
  }
  for (const [id, samples] of groups) yield { id, samples };
}

function groupId(row: TableRow, named: string | undefined): string {
  const column = groupColumns(named).find((name) => Object.hasOwn(row.cells, name)) ?? named ?? usual[0]!;
  const value = columnOf(row, column, "--group-column");
  const id = typeof value === "boolean" ? "" : (scalarText(value) ?? "");
  if (id !== "") return id;
  throw new SelftrainError({
    code: "group-malformed",
    message: `The column "${column}" does not name a group.`,
    found: value,
    expected: "text that is not empty, or a number",
    where: row.where,
    remedy: isRounded(value) ? ROUNDED_REMEDY : "Fill the column, or name another with --group-column.",
  });
}

function notContiguous(id: string, where: string): SelftrainError {
  return new SelftrainError({
    code: "group-not-contiguous",
    message: `The samples of group ${id} do not stand together.`,
    found: id,
    where,
    remedy: "Sort the samples by their group, or leave --sorted out.",
  });
}
