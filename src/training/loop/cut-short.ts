/** A step that a stop cuts short, because it waits for something outside: the answers of a reward endpoint. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Run } from "../../run/run.js";
import { beginAhead, takeAhead } from "./ahead.js";
import { checkpoint } from "./checkpoint.js";
import { type Collected, type Collecting, collect } from "./collect.js";
import type { Session } from "./session.js";
import { stageStarts } from "./stages.js";

/** `collect`, and what may be sampled ahead of the next step; null where an `AbortError` came of its signal. Throws whatever else collecting does. */
export async function collectUnlessStopped(step: number, collecting: Collecting): Promise<Collected | null> {
  try {
    const collected = await collect(step, { ...collecting, ahead: await takeAhead(step, collecting) });
    await beginAhead(step, collecting);
    return collected;
  } catch (error) {
    if (collecting.signal?.aborted && (error as Error | null)?.name === "AbortError") return null;
    throw error;
  }
}

/** The checkpoint of the step before one that was cut short, where it has none yet; `kept` are steps whose checkpoints are kept too. */
export async function checkpointBefore(
  step: number,
  config: TrainConfig,
  session: Session,
  run: Run<TrainConfig>,
  kept: readonly number[],
): Promise<void> {
  // A teacher that moves has moved for the step that was cut short, and would move twice: the last checkpoint has it as it was.
  if (config.reward === "ema-teacher" || run.latestCheckpoint()?.step === step) return;
  const keep = [...kept, ...stageStarts(config, run.metrics.records, step)];
  await checkpoint(step, config, session, run, { keep });
}
