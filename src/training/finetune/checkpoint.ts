/** Checkpoints of an offline run: where it stands, beside weights and optimiser moments. */
import { z } from "zod";
import type { FinetuneConfig } from "../../config/finetune-config.js";
import { SelftrainError } from "../../errors.js";
import { openCheckpoint, remedyFor } from "../../run/manifest.js";
import type { Run } from "../../run/run.js";
import { readRunState, writeRunState } from "../../run/run-state.js";
import type { OfflineSession } from "./session.js";

const stateSchema = z.object({
  /** Optimiser steps of all rounds. */
  step: z.int().min(0),
  /** The round under way, counted from 1, and the steps done in it; one more than there are when all is done. */
  round: z.int().min(1),
  roundStep: z.int().min(0),
  /** Steps that the weights have behind them: fewer than `step` where rounds begin anew. */
  policyVersion: z.int().min(0),
});

export type Place = Omit<z.output<typeof stateSchema>, "policyVersion">;

/** Publishes the checkpoint of a place, and removes those that are not to be kept. The first always stays. */
export async function checkpointAt(
  place: Place,
  { keepCheckpoints }: FinetuneConfig,
  { engine, tokenizer }: OfflineSession,
  run: Run<FinetuneConfig>,
): Promise<void> {
  await run.publishCheckpoint(place.step, async (folder) => {
    await engine.saveState(folder);
    tokenizer.save(folder);
    writeRunState(folder, { ...place, policyVersion: engine.policyVersion });
  });
  run.pruneCheckpoints(place.step, keepCheckpoints, [0]);
}

/** Loads the checkpoint that the run goes on from into the engine; null in a new run. */
export async function restorePlace(
  { resumed: { checkpoint } }: Run<FinetuneConfig>,
  { engine }: OfflineSession,
): Promise<Place | null> {
  if (!checkpoint) return null;
  const { path } = checkpoint;
  const { policyVersion, ...place } = readRunState(path, stateSchema);
  await openCheckpoint(path, () => engine.loadState(path));
  if (engine.policyVersion === policyVersion) return place;
  throw new SelftrainError({
    code: "checkpoint-corrupt",
    message: "the optimiser and the trainer of this checkpoint are not of the same step",
    found: `optimiser step ${engine.policyVersion}`,
    expected: `optimiser step ${policyVersion}`,
    where: path,
    remedy: remedyFor(path),
  });
}

/** Puts the starting weights, and fresh optimiser moments, in the place of the current ones. */
export async function loadStart(run: Run<FinetuneConfig>, { engine }: OfflineSession): Promise<void> {
  const first = run.listCheckpoints().find(({ step }) => step === 0);
  if (first) return openCheckpoint(first.path, () => engine.loadState(first.path));
  throw new SelftrainError({
    code: "checkpoint-missing",
    message: "restart begins each round with the starting model, and its checkpoint is gone",
    expected: "the checkpoint of step 0",
    where: run.path,
    remedy: "restore checkpoints/step-000000, or start a new run",
  });
}
