/** Checkpoints of a self-training run: all that a resumed run needs to go on as if nothing had happened. */
import { z } from "zod";
import type { Engine } from "../engine/engine.js";
import { SelftrainError } from "../errors.js";
import type { Run } from "../run/run.js";
import { readRunState, writeRunState } from "../run/run-state.js";
import type { Tokenizer } from "../tokenizer/tokenizer.js";

/** Prompts, random numbers and the learning rate are functions of the step; there is nothing else to keep. */
const stateSchema = z.object({ step: z.int().min(0) });

interface Kept {
  readonly keepCheckpoints: number;
}

/** Publishes the checkpoint of a step, and removes those that are not to be kept. The first always stays. */
export async function checkpoint(
  step: number,
  { keepCheckpoints }: Kept,
  { engine, tokenizer }: { readonly engine: Pick<Engine, "saveState">; readonly tokenizer: Tokenizer },
  run: Pick<Run<unknown>, "publishCheckpoint" | "pruneCheckpoints">,
): Promise<void> {
  await run.publishCheckpoint(step, async (folder) => {
    await engine.saveState(folder);
    tokenizer.save(folder);
    writeRunState(folder, { step });
  });
  run.pruneCheckpoints(keepCheckpoints, [0]);
}

/** Loads the latest checkpoint into the engine; returns its step, 0 in a new run. A step is `updates` optimiser steps. */
export async function restore(
  run: Pick<Run<unknown>, "latestCheckpoint">,
  engine: Pick<Engine, "loadState" | "policyVersion">,
  updates = 1,
): Promise<number> {
  const latest = run.latestCheckpoint();
  if (!latest) return 0;
  const { step } = readRunState(latest.path, stateSchema);
  await engine.loadState(latest.path);
  if (engine.policyVersion !== step * updates) {
    throw new SelftrainError({
      code: "checkpoint-corrupt",
      message: "the optimiser and the trainer of this checkpoint are not of the same step",
      found: `optimiser step ${engine.policyVersion}`,
      expected: `optimiser step ${step * updates}`,
      where: latest.path,
      remedy: "delete this checkpoint to resume from the one before it",
    });
  }
  return step;
}
