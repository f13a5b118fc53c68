/** The metrics of a run as they grow: columns by series, each kind of line with its steps. */
import type { LineKind, MetricsChunk } from "../../api/index.js";

interface Lines {
  readonly steps: number[];
  readonly columns: Map<string, (number | null)[]>;
}

export interface SeriesValues {
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
}

const numeric = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null;

export class GrowingColumns {
  private readonly lines = new Map<LineKind, Lines>();

  clear(): void {
    this.lines.clear();
  }

  /** New lines, of any series. Returns how many. */
  append(chunk: MetricsChunk): number {
    let count = 0;
    for (const [kind, { steps, columns }] of Object.entries(chunk.lines)) {
      const own = this.of(kind as LineKind);
      const before = own.steps.length;
      own.steps.push(...steps);
      count += steps.length;
      for (const [name, values] of Object.entries(columns)) {
        const column = this.column(own, name);
        while (column.length < before) column.push(null);
        for (const value of values) column.push(numeric(value));
      }
      for (const column of own.columns.values()) while (column.length < own.steps.length) column.push(null);
    }
    return count;
  }

  /** Columns that were asked for later, from the first line on; lines that have not come by the stream yet are left to it. */
  fill(chunk: MetricsChunk): void {
    for (const [kind, { columns }] of Object.entries(chunk.lines)) {
      const own = this.of(kind as LineKind);
      for (const [name, values] of Object.entries(columns)) {
        const column = this.column(own, name);
        while (column.length < own.steps.length) column.push(null);
        for (let i = 0; i < Math.min(values.length, own.steps.length); i++) column[i] = numeric(values[i]);
      }
    }
  }

  /** Undefined where no line has a number of it. The arrays grow: they are for reading at once. */
  series(name: string): SeriesValues | undefined {
    const own = this.lines.get(name.split(".", 1)[0] as LineKind);
    const values = own?.columns.get(name);
    if (own === undefined || values === undefined || values.every((value) => value === null))
      return undefined;
    return { steps: own.steps, values };
  }

  private of(kind: LineKind): Lines {
    const own = this.lines.get(kind) ?? { steps: [], columns: new Map() };
    this.lines.set(kind, own);
    return own;
  }

  private column(lines: Lines, name: string): (number | null)[] {
    const column = lines.columns.get(name) ?? [];
    lines.columns.set(name, column);
    return column;
  }
}
