/** Evaluation during training, written to the metrics; one that a resumed run has already is read back. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { type EvaluationResult, evaluationOfRecord } from "../evaluate/evaluate.js";
import type { SampleNotices } from "../rollout/sample-notices.js";
import { measure } from "./measure.js";
import type { Session } from "./session.js";

export interface EvaluateAtOptions {
  /** The step that the run went back to, if it did. */
  readonly policy?: number | null;
  /** What says so where the samples have no answers. */
  readonly notices?: SampleNotices;
}

/**
 * Evaluates the current policy as that of `step`. A record of a step at or before the one that training resumed from
 * is the only trace of its policy, so it is read; a later one is measured again and compared. Null where the run is not
 * evaluated.
 */
export async function evaluateAt(
  step: number,
  config: Pick<TrainConfig, "evaluation" | "maxNewTokens" | "seed">,
  {
    engine,
    tokenizer,
    heldOut,
    scorer = null,
  }: Pick<Session, "engine" | "tokenizer" | "heldOut"> & Partial<Pick<Session, "scorer">>,
  run: Pick<Run<unknown>, "metrics" | "append">,
  observer?: Observer,
  { policy = null, notices }: EvaluateAtOptions = {},
): Promise<EvaluationResult | null> {
  if (heldOut === null) return null;
  const known = run.metrics.records.find((r) => r.kind === "eval" && r.step === step);
  if (known && step < engine.policyVersion) return evaluationOfRecord(known);
  return measure(step, {
    engine,
    tokenizer,
    pool: heldOut,
    run,
    observer,
    ...config.evaluation,
    scorer: config.evaluation.bestOfN ? scorer : null,
    maxNewTokens: config.maxNewTokens,
    seed: config.seed,
    onSampled: (groups) =>
      notices?.look("evaluation", `the evaluation at step ${step}`, groups, heldOut.reading),
    record: (measured) =>
      policy === null ? measured : { ...measured, metrics: { ...measured.metrics, restoredStep: policy } },
  });
}
