/** Evaluation during training, written to the metrics; one that a resumed run has already is read back. */
import { join } from "node:path";
import type { TrainConfig } from "../../config/train-config.js";
import { SelftrainError } from "../../errors.js";
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
 * Evaluates the current policy as that of `step`. The record of a step before the one that training resumed from
 * is the only trace of its policy, so it is read; any other is measured, and compared where there is one. Null where the run is not
 * evaluated. Throws `metrics-incomplete` where such a record is lost.
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
  run: Pick<Run<unknown>, "append" | "metrics" | "path" | "resumed">,
  observer?: Observer,
  { policy = null, notices }: EvaluateAtOptions = {},
): Promise<EvaluationResult | null> {
  if (heldOut === null) return null;
  if (step < (run.resumed.checkpoint?.step ?? 0)) {
    const known = run.metrics.records.find((r) => r.kind === "eval" && r.step === step);
    if (known === undefined) throw unrecorded("eval", step, run);
    return evaluationOfRecord(known);
  }
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

/** The policy of a step is gone, and what was measured of it too. */
export function unrecorded(
  kind: "eval" | "probe" | "validation",
  step: number,
  run: Pick<Run<unknown>, "path">,
): SelftrainError {
  return new SelftrainError({
    code: "metrics-incomplete",
    message: `The metrics lack the ${kind} of step ${step}, whose policy is gone: it cannot be measured any more.`,
    expected: `{"kind":"${kind}","step":${step},"metrics":{…},"time":{…}}`,
    where: join(run.path, "metrics.jsonl"),
    remedy: `Restore the line, or delete the checkpoints of later steps: --resume then goes on from one that is left, and measures step ${step} again.`,
  });
}
