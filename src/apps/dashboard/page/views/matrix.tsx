/** The vote matrix of the probe: prompts by steps. Arrow keys walk it, Enter opens the vote. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { percent } from "../../../report/format.js";
import { hasFlipped, Matrix } from "../../../report/view/matrix.js";
import { MATRIX_LEGEND, MatrixTable } from "../../../report/view/matrix-table.js";
import { routes, type VoteMatrix } from "../../api/index.js";
import { matrixRows } from "../../figures/matrix-rows.js";
import { withQuery } from "../lib/http.js";
import { nearest } from "../lib/kept.js";
import { MATRIX_SQL } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { Panel } from "../parts/panel.js";
import { Gaps, Loading, ProblemNote } from "../parts/problem.js";
import { run, step } from "../state/here.js";
import { useReply } from "../state/reply.js";
import { go, href } from "../state/url.js";

/** Columns that are drawn: a cell is four elements. */
const COLUMNS = 120;

export function MatrixView(): VNode {
  const live = run.value!;
  // New probes are asked for when the reader comes back to the view, so that the matrix does not move.
  const reply = useReply<VoteMatrix>(withQuery(routes.matrix(live.id), { columns: COLUMNS }));
  if (reply.problem) return <ProblemNote problem={reply.problem} again={reply.again} />;
  if (reply.value === null) return <Loading what="the probe" />;
  const matrix = reply.value;
  if (matrix.steps.length === 0)
    return (
      <>
        <Gaps gaps={matrix.gaps} />
        <p class="note">
          This run has no probe: prompts that come back, by which one sees votes move. A run with{" "}
          <code>--probe.size</code> has.
        </p>
      </>
    );
  const kept = live.overview.value!.kept.probe.count;
  return (
    <>
      <Gaps gaps={matrix.gaps} />
      {kept > matrix.stepsKept && (
        <button type="button" class="newer" onClick={reply.again}>
          {kept - matrix.stepsKept} new
        </button>
      )}
      <Panel title="Vote matrix" wide take={{ drawing: true, table: () => tableOf(matrix), sql: MATRIX_SQL }}>
        <p class="note">
          {MATRIX_LEGEND}
          {matrix.steps.length < matrix.stepsKept &&
            ` ${matrix.steps.length} of ${matrix.stepsKept} steps, evenly spaced, the first and the last among them.`}
        </p>
        <Drawn matrix={matrix} />
      </Panel>
    </>
  );
}

function Drawn({ matrix }: { readonly matrix: VoteMatrix }): VNode {
  const rows = matrixRows(matrix);
  const column = step.value === null ? matrix.steps.length - 1 : nearest(matrix.steps, step.value);
  const [row, setRow] = useState(0);
  const choose = (nextRow: number, nextColumn: number): void => {
    const at = Math.max(0, Math.min(matrix.steps.length - 1, nextColumn));
    setRow(Math.max(0, Math.min(rows.length - 1, nextRow)));
    go({ step: matrix.steps[at]!, source: "probe" }, { replace: true });
  };
  const open = (): void =>
    go({
      view: "votes",
      source: "probe",
      step: matrix.steps[column]!,
      group: matrix.prompts[row]!.group,
      a: null,
      b: null,
    });
  const keys = (event: KeyboardEvent): void => {
    const [down, right] = MOVES[event.key] ?? [0, 0];
    if (event.key === "Enter") open();
    else if (down !== 0 || right !== 0) choose(row + down, column + right);
    else return;
    event.preventDefault();
  };
  const cell = rows[row]?.cells[column] ?? null;
  const own = matrix.prompts[row]!;
  return (
    <>
      <MatrixTable
        prompts={matrix.prompts.map(({ prompt, promptId }) => (
          <a key={promptId} href={href({ view: "river", prompt: promptId, source: "probe" })} title={prompt}>
            {prompt}
          </a>
        ))}
      >
        <div
          class="scroll"
          role="application"
          aria-label="Cells of the vote matrix"
          tabIndex={0}
          onKeyDown={keys}
        >
          <Matrix
            columns={matrix.steps}
            rows={rows}
            chosen={{ row, column }}
            onPick={(y, x) => {
              choose(y, x);
            }}
          />
        </div>
      </MatrixTable>
      <p class="facts" role="status">
        <code>{own.prompt}</code> step {matrix.steps[column]}:{" "}
        {cell === null ? (
          "not asked"
        ) : (
          <>
            <code>{cell.label ?? "no majority"}</code> agreement {percent(cell.agreement)}
            {cell.right === null ? "" : cell.right ? ", right" : ", wrong"}
            {hasFlipped(rows[row]!.cells, column) && ", flipped"}
          </>
        )}
        <button type="button" onClick={open}>
          Open the vote
        </button>
      </p>
    </>
  );
}

const MOVES: Readonly<Record<string, readonly [down: number, right: number]>> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const tableOf = (matrix: VoteMatrix): Table => ({
  columns: ["prompt", "truth", "step", "label", "agreement", "verdict"],
  rows: matrixRows(matrix).flatMap(({ prompt, cells }, row) =>
    cells.map((cell, i) => [
      prompt,
      matrix.prompts[row]!.truth,
      matrix.steps[i]!,
      cell?.label ?? null,
      cell?.agreement ?? null,
      matrix.verdicts[row]![i] ?? null,
    ]),
  ),
});
