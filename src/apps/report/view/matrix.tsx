/**
 * The vote matrix: a row a prompt that comes back, a column a step. Colour says whether the majority was right, a mark says it again, the
 * depth is the agreement, and a frame says that the majority flipped.
 */
import type { VNode } from "preact";
import { percent } from "../format.js";

/** The vote on a prompt at a step; null where there was none to be had. */
export interface MatrixCell {
  readonly label: string | null;
  /** From 0 to 1; null where it is not known. */
  readonly agreement: number | null;
  /** Whether the label is the true answer; null where that is not known. */
  readonly right: boolean | null;
}

export interface MatrixRow {
  readonly prompt: string;
  readonly cells: readonly (MatrixCell | null)[];
}

const CELL = 14;

/** `columns` are the steps, as many as each row has cells. */
export function Matrix({
  columns,
  rows,
  chosen,
  onPick,
}: {
  readonly columns: readonly number[];
  readonly rows: readonly MatrixRow[];
  /** The cell that stands out. */
  readonly chosen?: { readonly row: number; readonly column: number } | undefined;
  readonly onPick?: (row: number, column: number) => void;
}): VNode {
  const [width, height] = [columns.length * CELL, rows.length * CELL];
  return (
    <svg
      class={onPick ? "matrix picked" : "matrix"}
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`majorities of ${rows.length} prompts at ${columns.length} steps`}
      {...(onPick ? { onClick: (event: MouseEvent) => pickAt(event, onPick) } : {})}
    >
      {rows.map(({ cells }, y) =>
        cells.map((cell, x) => (
          <Cell cell={cell} flipped={hasFlipped(cells, x)} x={x * CELL} y={y * CELL} step={columns[x]!} />
        )),
      )}
      {chosen && (
        <rect
          class="chosen"
          x={chosen.column * CELL + 0.5}
          y={chosen.row * CELL + 0.5}
          width={CELL - 1}
          height={CELL - 1}
        />
      )}
    </svg>
  );
}

/** Whether the majority is another than the last one before. */
export function hasFlipped(cells: readonly (MatrixCell | null)[], at: number): boolean {
  const label = cells[at]?.label ?? null;
  if (label === null) return false;
  const before = cells.slice(0, at).findLast((cell) => cell !== null && cell.label !== null);
  return before !== undefined && before !== null && before.label !== label;
}

function pickAt(event: MouseEvent, onPick: (row: number, column: number) => void): void {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  onPick(Math.floor((event.clientY - box.top) / CELL), Math.floor((event.clientX - box.left) / CELL));
}

function Cell({
  cell,
  flipped,
  x,
  y,
  step,
}: {
  readonly cell: MatrixCell | null;
  readonly flipped: boolean;
  readonly x: number;
  readonly y: number;
  readonly step: number;
}): VNode | null {
  if (cell === null) return null;
  const kind = kindOf(cell);
  // From a third, so that a divided vote is still seen.
  const depth = cell.agreement === null ? 1 : Math.round(100 * (0.35 + 0.65 * cell.agreement)) / 100;
  const says = `step ${step}: ${cell.label ?? "no majority"}${cell.agreement === null ? "" : `, agreement ${percent(cell.agreement)}`}, ${WORDS[kind]}${flipped ? ", flipped" : ""}`;
  return (
    <g>
      <title>{says}</title>
      <rect
        class={flipped ? `${kind} flipped` : kind}
        x={x + 1}
        y={y + 1}
        width={CELL - 2}
        height={CELL - 2}
        rx="2"
        {...(depth < 1 && kind !== "none" ? { "fill-opacity": depth } : {})}
      />
      {kind === "wrong" && <path class="cross" d={`M${x + 4.5} ${y + 4.5}l5 5m0-5l-5 5`} />}
    </g>
  );
}

type Kind = "none" | "right" | "wrong" | "same";
const WORDS: Readonly<Record<Kind, string>> = {
  none: "no majority",
  right: "right",
  wrong: "wrong",
  same: "truth not known",
};

function kindOf({ label, right }: MatrixCell): Kind {
  if (label === null) return "none";
  return right === null ? "same" : right ? "right" : "wrong";
}
