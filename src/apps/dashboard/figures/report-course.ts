/** What a report shows of a run's votes over its steps, read as the dashboard reads it. */
import { basename } from "node:path";
import type { RunCourse } from "../../report/run-course.js";
import { collapseOf } from "../course/collapse.js";
import { voteMatrix } from "../course/matrix.js";
import { marksOf } from "../runs/marks.js";
import { labelsOf, OpenRun } from "../runs/open-run.js";
import { matrixRows } from "./matrix-rows.js";

/** Steps that fit into a page's width. */
const COLUMNS = 64;
/** Answers that are told apart. */
const TOP = 6;

/** Null where the folder is no run, or cannot be read as one: the report has its metrics all the same. */
export async function courseOf(path: string): Promise<RunCourse | null> {
  let run: OpenRun;
  try {
    run = new OpenRun(basename(path), path);
  } catch {
    return null;
  }
  run.records();
  const marks = await marksOf(run);
  const matrix = await voteMatrix(run, COLUMNS);
  const collapse = await collapseOf(run, { source: "rollouts", top: TOP, columns: 4 * COLUMNS });
  const { labels } = await labelsOf(run, "rollouts");
  return {
    alarms: marks.alarms.map(({ step, text }) => ({ step, text })),
    phases: marks.phases,
    matrix:
      matrix.steps.length === 0
        ? null
        : { columns: matrix.steps, rows: matrixRows(matrix), stepsKept: matrix.stepsKept },
    collapse: collapse.steps.length === 0 ? null : collapse,
    truths: labels,
  };
}
