/** Writing down a step. */
import type { TrainConfig } from "../../config/train-config.js";
import { lastResultOf } from "../../data/last-result.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import { AnswerReferences } from "./answer-references.js";
import type { Session } from "./session.js";
import type { Stage } from "./stages.js";
import { stepKl } from "./step-kl.js";
import { rolloutRows, type Step, stepRecord } from "./step-record.js";
import { answersInRun } from "./stored-answers.js";
import { tokenRows } from "./token-rows.js";

/** Records a step of the stage: its rollouts first, then its line of metrics, so that a line never speaks of rollouts that are not there. */
export type Recorder = (
  step: Step,
  stage: Stage,
  time: { readonly seconds: number; readonly sampleSeconds: number },
  /** That judging the step before took. */
  judgeSeconds: number,
) => Promise<void>;

export function stepRecorder(
  config: TrainConfig,
  { pool, tokenizer }: Pick<Session, "pool" | "tokenizer">,
  run: Pick<Run<unknown>, "writeRollouts" | "writeTokens" | "append" | "rolloutsFolder">,
  observer?: Observer,
): Recorder {
  const references = new AnswerReferences(answersInRun(run, config, observer));
  const lastResult = lastResultOf(config, pool.canonicalise);
  return async (step, { source, since }, time, judgeSeconds) => {
    await run.writeRollouts(step.step, rolloutRows(step), pool.labels);
    if (step.entropies) await run.writeTokens(step.step, tokenRows(step, step.entropies, tokenizer));
    const started = performance.now();
    const reference = await references.at(step.step, since);
    const trained = step.selection.trained.map(({ group }) => group);
    const kls = stepKl(trained, step.batch.reference, tokenizer, pool.reading);
    const monitoring = { reward: source.name, reference, lastResult };
    const figures = stepRecord(step, pool.labels, monitoring, kls, time);
    const monitorSeconds = (performance.now() - started) / 1000 + judgeSeconds;
    const line = { ...figures, time: { ...figures.time, monitorSeconds } };
    const notice = run.append(line);
    if (notice) observer?.({ type: "notice", ...notice });
    observer?.({ type: "record", record: line });
  };
}
