/** What the columns of a dataset hold. */
import type { TableRow } from "../../data/table/row.js";
import { ExactNumber } from "../../exact-number.js";

export interface ColumnSummary {
  readonly name: string;
  /** Kinds of its values, in the order of their first appearance; none where all are null. */
  readonly types: readonly string[];
  /** Share of the rows in which it is null, or missing. */
  readonly empty: number;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "list";
  if (value instanceof Date) return "date";
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value === "string") return "text";
  return typeof value === "bigint" || value instanceof ExactNumber ? "number" : typeof value;
}

export class Columns {
  readonly #columns = new Map<string, { readonly types: Set<string>; filled: number }>();
  #rows = 0;

  add({ cells }: TableRow): void {
    this.#rows++;
    for (const [name, value] of Object.entries(cells)) {
      let column = this.#columns.get(name);
      if (column === undefined) {
        column = { types: new Set(), filled: 0 };
        this.#columns.set(name, column);
      }
      if (value === null) continue;
      column.filled++;
      column.types.add(kindOf(value));
    }
  }

  summaries(): ColumnSummary[] {
    return [...this.#columns].map(([name, { types, filled }]) => ({
      name,
      types: [...types],
      empty: 1 - filled / this.#rows,
    }));
  }
}
