/** A run directory as trainers write it, without a model. */
import { createRun } from "../../../src/run/open-run.js";
import type { Run } from "../../../src/run/run.js";
import { record, rows } from "../samples.js";

/** A finished run of these steps, or so many, with `count` rollouts each. */
export async function writeRun(path: string, steps: number | readonly number[], count = 32) {
  const all = typeof steps === "number" ? Array.from({ length: steps }, (_, i) => i + 1) : steps;
  const run: Run<object> = createRun(path, "train", { steps: all.at(-1) ?? 1 });
  for (const step of all) {
    await run.writeRollouts(step, rows(step, count), new Map([["train-0", "3"]]));
    run.append(record(step));
  }
  run.close({ status: "finished" });
}
