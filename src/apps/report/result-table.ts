/** The table of results: a row an arm, a column a metric, intervals drawn on one axis over all drawn columns. */
import { MISSING, percent, percentInterval } from "./format.js";
import { html, type SafeHtml } from "./html.js";
import { type Estimate, intervalAxis, intervalAxisPlot, intervalPlot } from "./interval-plot.js";
import type { ArmKey } from "./palette.js";

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
function estimateOf(cell: ResultCell | undefined): Estimate | undefined {
  return cell?.interval && { value: cell.value, interval: cell.interval };
}

/** The table; `heading` names what a row is. The first row's interval is the band behind the others. */
export function resultTable(
  heading: string,
  columns: readonly ResultColumn[],
  rows: readonly ResultRow[],
): SafeHtml {
  const shown = columns.filter(({ key }) => rows.some((row) => row.cells[key] !== undefined));
  const drawn = shown.filter((column) => column.drawn);
  const axis = intervalAxis(
    rows.flatMap((row) => drawn.flatMap(({ key }) => estimateOf(row.cells[key]) ?? [])),
  );
  const cell = (row: ResultRow, column: ResultColumn): SafeHtml => {
    const content = row.cells[column.key];
    const estimate = estimateOf(content);
    const description = `${row.label}: ${column.label} ${percent(content?.value)}`;
    return html`<td data-label="${column.label}"${column.drawn && html` class="drawn"`}><span class="value">${
      content ? percent(content.value) : MISSING
    }</span>${estimate && html` <span class="ci-text">${percentInterval(estimate.interval)}</span>`}${
      column.drawn &&
      estimate &&
      intervalPlot(axis, row.arm, estimate, estimateOf(rows[0]?.cells[column.key]), description)
    }</td>`;
  };
  return html`<table class="results"><thead><tr><th scope="col">${heading}</th>${shown.map(
    ({ label, drawn }) => html`<th scope="col"${drawn && html` class="drawn"`}>${label}</th>`,
  )}</tr></thead><tbody>${rows.map(
    (row) =>
      html`<tr class="arm-${row.arm}"><th scope="row"><span class="name"><i class="swatch"></i>${row.label}</span>${
        row.note && html`<small>${row.note}</small>`
      }</th>${shown.map((column) => cell(row, column))}</tr>`,
  )}</tbody>${
    drawn.length > 0 &&
    html`<tfoot aria-hidden="true"><tr><td></td>${shown.map(
      ({ drawn }) => html`<td${drawn && html` class="drawn"`}>${drawn && intervalAxisPlot(axis)}</td>`,
    )}</tr></tfoot>`
  }</table>`;
}
