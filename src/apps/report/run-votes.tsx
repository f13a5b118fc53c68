/** The votes of a run over its steps: phases, the probe's matrix, the answers of all prompts as a river, and who moved first. */
import type { VNode } from "preact";
import { percent } from "./format.js";
import type { RunCourse } from "./run-course.js";
import { Matrix } from "./view/matrix.js";
import { MATRIX_LEGEND, MatrixTable } from "./view/matrix-table.js";
import { PhaseList } from "./view/phases.js";
import { River } from "./view/river.js";

const MOVERS = 6;

/** Nothing where the run kept none of it. */
export function VotesOverSteps({
  name,
  course,
}: {
  /** Of several runs, which one it is. */
  readonly name: string | null;
  readonly course: RunCourse;
}): VNode | null {
  const { phases, matrix, collapse } = course;
  if (!phases?.spans.length && matrix === null && collapse === null) return null;
  return (
    <>
      {name !== null && <h3>{name}</h3>}
      {phases !== null && phases.spans.length > 0 && <PhaseList {...phases} />}
      {collapse !== null && <Collapse collapse={collapse} />}
      {matrix !== null && (
        <>
          <h3>The probe: prompts that come back</h3>
          <p class="note">
            {MATRIX_LEGEND}
            {matrix.columns.length < matrix.stepsKept &&
              ` ${matrix.columns.length} of ${matrix.stepsKept} steps, evenly spaced, the first and the last among them.`}
          </p>
          <MatrixTable prompts={matrix.rows.map(({ prompt }) => prompt)}>
            <div class="scroll">
              <Matrix columns={matrix.columns} rows={matrix.rows} />
            </div>
          </MatrixTable>
        </>
      )}
    </>
  );
}

function Collapse({ collapse }: { readonly collapse: NonNullable<RunCourse["collapse"]> }): VNode {
  const { attractor, firstMovers } = collapse;
  return (
    <>
      <h3>Commonest answers across prompts</h3>
      <p class="note">
        Healthy answers differ with their prompts, so that no band is wide. One band that fills the picture is
        a collapse.
      </p>
      <River data={collapse} title="all prompts" />
      {attractor !== null && firstMovers.length > 0 && (
        <>
          <p>
            <code>{attractor}</code> rose most. The first prompts whose majority it became, though it is not
            theirs:
          </p>
          <ul class="tries">
            {firstMovers.slice(0, MOVERS).map(({ step, prompt, truth, share }) => (
              <li key={`${step} ${prompt}`}>
                step {step}: <code>{prompt}</code>, truth <code>{truth ?? "not known"}</code>,{" "}
                {percent(share)} said <code>{attractor}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
