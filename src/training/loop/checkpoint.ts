/** Checkpoints of a self-training run: all that a resumed run needs to go on as if nothing had happened. */
import { z } from "zod";
import type { Engine } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import { openCheckpoint, remedyFor } from "../../run/manifest.js";
import type { Run } from "../../run/run.js";
import { readRunState, writeRunState } from "../../run/run-state.js";
import { type AheadSlot, discardAhead } from "./ahead-slot.js";

/**
 * Prompts, random numbers and the learning rate are functions of the step, stages and monitors of the metrics; there is nothing else to
 * keep. `policy` is the step that the weights are of, where the run ended by going back to an earlier one.
 */
const stateSchema = z.object({ step: z.int().min(0), policy: z.int().min(0).optional() });

/** The step whose policy a checkpoint holds. */
export function policyOf(folder: string): number {
  const { step, policy = step } = readRunState(folder, stateSchema);
  return policy;
}

interface Kept {
  readonly keepCheckpoints: number;
}

/** What else is to be kept, and, where the run went back, the step whose policy it ends with. */
export interface CheckpointOptions {
  readonly keep?: readonly number[];
  readonly policy?: number | null;
}

interface Checkpointed {
  readonly engine: Pick<Engine, "saveState" | "dropState">;
  readonly tokenizer: Tokenizer;
  readonly ahead?: AheadSlot;
}

/** Publishes the checkpoint of a step, and removes those that are not to be kept. The first always stays. */
export async function checkpoint(
  step: number,
  { keepCheckpoints }: Kept,
  { engine, tokenizer, ahead }: Checkpointed,
  run: Pick<Run<unknown>, "publishCheckpoint" | "prunedCheckpoints" | "pruneCheckpoints">,
  { keep = [], policy = null }: CheckpointOptions = {},
): Promise<void> {
  // Of a policy that a run that goes on from here does not have.
  await discardAhead(ahead);
  await run.publishCheckpoint(step, async (folder) => {
    await engine.saveState(folder);
    tokenizer.save(folder);
    writeRunState(folder, policy === null ? { step } : { step, policy });
  });
  const kept = [0, ...keep];
  for (const { path } of run.prunedCheckpoints(step, keepCheckpoints, kept)) await engine.dropState?.(path);
  run.pruneCheckpoints(step, keepCheckpoints, kept);
}

/** Loads the checkpoint that the run goes on from into the engine; returns its step, 0 in a new run. A step is `updates` optimiser steps. */
export async function restore(
  { resumed: { checkpoint } }: Pick<Run<unknown>, "resumed">,
  engine: Pick<Engine, "loadState" | "policyVersion">,
  updates = 1,
): Promise<number> {
  if (!checkpoint) return 0;
  const { path } = checkpoint;
  const { step, policy = step } = readRunState(path, stateSchema);
  await openCheckpoint(path, () => engine.loadState(path));
  if (engine.policyVersion !== policy * updates) {
    throw new SelftrainError({
      code: "checkpoint-corrupt",
      message: "the optimiser and the trainer of this checkpoint are not of the same step",
      found: `optimiser step ${engine.policyVersion}`,
      expected: `optimiser step ${policy * updates}`,
      where: path,
      remedy: remedyFor(path),
    });
  }
  return step;
}
