/** Phases on the dashboard: of a short run by all of its steps, of a long one by some, which is said. */
import fs from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { OpenRun } from "../../../src/apps/dashboard/runs/open-run.js";
import { phasesOf } from "../../../src/apps/dashboard/runs/phases.js";
import { writeRun } from "../../run/store/stored-run.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();

it.each([
  { steps: 5, gaps: [] },
  {
    steps: 1203,
    gaps: ["Phases are told by 1000 of 1203 steps, evenly spaced; selftrain audit reads all."],
  },
])("tells phases of $steps steps from the first to the last", async ({ steps, gaps }) => {
  const run = join(temporary.path, "run");
  await writeRun(run, 1, 4);
  const name = (step: number): string => `step-${String(step).padStart(6, "0")}`;
  for (let step = 2; step <= steps; step++)
    for (const [folder, ending] of [
      ["rollouts", "parquet"],
      ["groups", "jsonl"],
    ])
      fs.copyFileSync(
        join(run, `${folder}/${name(1)}.${ending}`),
        join(run, `${folder}/${name(step)}.${ending}`),
      );
  const said: { code: string; message: string }[] = [];
  const phases = await phasesOf(new OpenRun("run", run), said);
  expect([phases!.spans[0]!.from, phases!.spans.at(-1)!.to]).toEqual([1, steps]);
  expect(said.map(({ message }) => message)).toEqual(gaps);
});
