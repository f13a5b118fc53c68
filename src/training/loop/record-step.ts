/** Writing down a step. */
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { Session } from "./session.js";
import { rolloutRows, type Step, stepRecord } from "./step-record.js";

/** The step's rollouts first, then its line of metrics: a line never speaks of rollouts that are not there. */
export async function recordStep(
  run: Pick<Run<unknown>, "writeRollouts" | "append">,
  step: Step,
  { pool }: Pick<Session, "pool">,
  time: { seconds: number; sampleSeconds: number },
  observer?: Observer,
): Promise<void> {
  await run.writeRollouts(step.step, rolloutRows(step));
  const line = stepRecord(step, pool.labels, time);
  const notice = run.append(line);
  if (notice) observer?.({ type: "notice", ...notice });
  observer?.({ type: "record", record: line });
}
