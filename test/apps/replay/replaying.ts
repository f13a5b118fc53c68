/** Runs of a tiny model whose model is gone, and their replays. */
import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Replay, type ReplayConfig, replay, type TrainConfigInput, train } from "selftrain";
import { listRollouts, readRollouts, writeRollouts } from "../../../src/run/rollouts.js";
import type { RolloutRow } from "../../../src/run/run-directory.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";

export const base = tinyBase();
export const at = (name: string) => join(base.folder, name);

/** A run of three steps whose checkpoints are then removed: what is replayed has no model. */
export async function trained(name: string, changes: Partial<TrainConfigInput> = {}): Promise<string> {
  const output = at(name);
  if (existsSync(output)) return output;
  await train(tinyTraining(base, output, { evaluation: { size: 0 }, steps: 3, ...changes }));
  rmSync(join(output, "checkpoints"), { recursive: true });
  return output;
}

/** A copy of a run in which the rows of a step are changed. */
export async function tampered(
  run: string,
  name: string,
  step: number,
  change: (rows: RolloutRow[]) => RolloutRow[],
) {
  const copy = at(name);
  cpSync(run, copy, { recursive: true });
  const { path } = listRollouts(join(copy, "rollouts")).find((file) => file.step === step)!;
  await writeRollouts(join(copy, "rollouts"), step, change(await readRollouts(path)));
  return copy;
}

export const rowsOf = async (folder: string): Promise<RolloutRow[]> => {
  const all: RolloutRow[] = [];
  for (const { path } of listRollouts(folder)) all.push(...(await readRollouts(path)));
  return all;
};

/** A replay under changes, and the rows that it wrote. */
export async function replayed(run: string, name: string, changes: Omit<ReplayConfig, "run" | "output">) {
  const output = at(`${name}-rows`);
  const result: Replay = await replay({ run, output, ...changes });
  return { result, rows: await rowsOf(output), stored: await rowsOf(join(run, "rollouts")) };
}
