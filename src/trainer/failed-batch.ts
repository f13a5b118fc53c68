/** When an update fails on its numbers, the batch that did it is kept for inspection. */
import { join } from "node:path";
import type { Datum } from "../engine/engine.js";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../run/atomic.js";

/** Runs an update. On `gradient-not-finite` the batch is written to `failed-batch-STEP.json`, which the error then names. */
export async function guardUpdate<T>(
  run: { readonly path: string },
  step: number,
  data: readonly Datum[],
  update: () => Promise<T>,
): Promise<T> {
  try {
    return await update();
  } catch (error) {
    if (!(error instanceof SelftrainError) || error.code !== "gradient-not-finite") throw error;
    const path = join(run.path, `failed-batch-${step}.json`);
    writeFileAtomic(path, JSON.stringify({ step, error: error.toJSON(), data: data.map(plain) }));
    throw new SelftrainError(
      { ...error.toJSON(), where: `${error.where}; batch in ${path}` },
      { cause: error },
    );
  }
}

/** JSON has no word for NaN and infinities, which is what one looks for here: they are written as text. */
function plain({ weights, logprobs, ...datum }: Datum): object {
  const numbers = (values: Float32Array) => Array.from(values, (v) => (Number.isFinite(v) ? v : String(v)));
  return { ...datum, weights: numbers(weights), ...(logprobs ? { logprobs: numbers(logprobs) } : {}) };
}
