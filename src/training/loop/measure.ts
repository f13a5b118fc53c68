/** Measuring the current policy during training, written to the metrics. */

import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import {
  type EvaluateOptions,
  type EvaluationResult,
  evaluate,
  evaluationRecord,
} from "../evaluate/evaluate.js";
import type { Session } from "./session.js";

export interface Measuring extends Omit<EvaluateOptions, "onProgress"> {
  readonly engine: Pick<Session["engine"], "refreshSampler">;
  readonly tokenizer: Session["tokenizer"];
  readonly pool: NonNullable<Session["heldOut"]>;
  readonly run: Pick<Run<unknown>, "append">;
  readonly observer?: Observer | undefined;
  /** What becomes of the record before it is written. */
  readonly record?: (measured: MetricRecord) => MetricRecord;
}

/** Evaluates the current policy on these prompts as that of `step`, and appends the record. */
export async function measure(
  step: number,
  { engine, tokenizer, pool, run, observer, record = (measured) => measured, ...options }: Measuring,
): Promise<EvaluationResult> {
  const started = performance.now();
  const sampler = await engine.refreshSampler();
  const result = await evaluate(sampler, tokenizer, pool, {
    ...options,
    onProgress: (done, total) => observer?.({ type: "phase", phase: "evaluate", done, total }),
  });
  await sampler.release();
  const written = record(evaluationRecord(step, result, (performance.now() - started) / 1000));
  const notice = run.append(written);
  if (notice) observer?.({ type: "notice", ...notice });
  observer?.({ type: "record", record: written });
  return result;
}
