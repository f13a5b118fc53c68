/** The table of results: a row an arm, a column a metric, intervals drawn on one axis over all drawn columns. */
import type { VNode } from "preact";
import { MISSING, percent, percentInterval } from "../format.js";
import type { ArmKey } from "../palette.js";
import {
  type Estimate,
  type IntervalAxis,
  IntervalAxisPlot,
  IntervalPlot,
  intervalAxis,
} from "./interval-plot.js";

/** A value in a cell; with an interval it can be drawn. */
export interface ResultCell {
  readonly value: number;
  readonly interval?: readonly [low: number, high: number] | undefined;
}

export interface ResultRow {
  readonly label: string;
  /** What the row is, in a few words. */
  readonly note?: string;
  readonly arm: ArmKey;
  /** Cells by column key; a missing one reads `–`. */
  readonly cells: Readonly<Record<string, ResultCell | undefined>>;
}

export interface ResultColumn {
  readonly key: string;
  readonly label: string;
  /** Draw the interval below the number. */
  readonly drawn: boolean;
}

/** An interval drawn below a number, or nothing where the cell has no interval. */
const estimateOf = (cell: ResultCell | undefined): Estimate | undefined =>
  cell?.interval && { value: cell.value, interval: cell.interval };

/** The table; `heading` names what a row is. The first row's interval is the band behind the others. */
export function ResultTable({
  heading,
  columns,
  rows,
}: {
  readonly heading: string;
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly ResultRow[];
}): VNode {
  const shown = columns.filter(({ key }) => rows.some((row) => row.cells[key] !== undefined));
  const drawn = shown.filter((column) => column.drawn);
  const axis = intervalAxis(
    rows.flatMap((row) => drawn.flatMap(({ key }) => estimateOf(row.cells[key]) ?? [])),
  );
  return (
    <table class="results">
      <thead>
        <tr>
          <th scope="col">{heading}</th>
          {shown.map((column) => (
            <th scope="col" {...drawnClass(column)}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr class={`arm-${row.arm}`}>
            <th scope="row">
              <span class="name">
                <i class="swatch" />
                {row.label}
              </span>
              {row.note && <small>{row.note}</small>}
            </th>
            {shown.map((column) => (
              <Cell row={row} column={column} axis={axis} first={rows[0]} />
            ))}
          </tr>
        ))}
      </tbody>
      {drawn.length > 0 && (
        <tfoot aria-hidden="true">
          <tr>
            <td />
            {shown.map((column) => (
              <td {...drawnClass(column)}>{column.drawn && <IntervalAxisPlot axis={axis} />}</td>
            ))}
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const drawnClass = ({ drawn }: ResultColumn) => (drawn ? { class: "drawn" } : {});

function Cell({
  row,
  column,
  axis,
  first,
}: {
  readonly row: ResultRow;
  readonly column: ResultColumn;
  readonly axis: IntervalAxis;
  readonly first: ResultRow | undefined;
}): VNode {
  const content = row.cells[column.key];
  const estimate = estimateOf(content);
  return (
    <td data-label={column.label} {...drawnClass(column)}>
      <span class="value">{content ? percent(content.value) : MISSING}</span>
      {estimate && <span class="ci-text"> {percentInterval(estimate.interval)}</span>}
      {column.drawn && estimate && (
        <IntervalPlot
          axis={axis}
          arm={row.arm}
          estimate={estimate}
          reference={estimateOf(first?.cells[column.key])}
          description={`${row.label}: ${column.label} ${percent(content?.value)}`}
        />
      )}
    </td>
  );
}
