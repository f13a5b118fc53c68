/** When a step fails on its numbers, the batch that did it is kept for inspection. */
import { join } from "node:path";
import type { Datum } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";
import type { Group } from "../../group.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { checkFinite } from "../rollout/finite.js";

interface RunFolder {
  readonly path: string;
}

/** Runs an update. On `gradient-not-finite` the batch is written to `failed-batch-STEP.json`, which the error then names. */
export async function guardUpdate<T>(
  run: RunFolder,
  step: number,
  data: readonly Datum[],
  update: () => Promise<T>,
): Promise<T> {
  try {
    return await update();
  } catch (error) {
    if (!(error instanceof SelftrainError) || error.code !== "gradient-not-finite") throw error;
    throw saved(run, step, data, error);
  }
}

/** `checkFinite`; a batch that fails it is written like that of a failed update. */
export function guardSamples(run: RunFolder, step: number, groups: readonly Group[]): void {
  try {
    checkFinite(groups);
  } catch (error) {
    const data = groups.flatMap(({ promptTokens, rollouts }) =>
      rollouts.map(({ tokens, logprobs }) => ({ prompt: promptTokens, completion: tokens, logprobs })),
    );
    throw saved(run, step, data, error as SelftrainError);
  }
}

/** Writes the batch; returns the error with the file's name. */
function saved(
  run: RunFolder,
  step: number,
  data: readonly Partial<Datum>[],
  error: SelftrainError,
): SelftrainError {
  const path = join(run.path, `failed-batch-${step}.json`);
  writeFileAtomic(path, JSON.stringify({ step, error: error.toJSON(), data: data.map(plain) }));
  return new SelftrainError(
    { ...error.toJSON(), where: `${error.where}; batch in ${path}` },
    { cause: error },
  );
}

/** JSON has no word for NaN and infinities, which is what one looks for here: they are written as text. */
function plain({ weights, logprobs, ...datum }: Partial<Datum>): object {
  const numbers = (values: Float32Array) => Array.from(values, (v) => (Number.isFinite(v) ? v : String(v)));
  return {
    ...datum,
    ...(weights ? { weights: numbers(weights) } : {}),
    ...(logprobs ? { logprobs: numbers(logprobs) } : {}),
  };
}
