/** The gradient summed over micro-batches, in the parameters' contiguous layout. */
import { SelftrainError } from "../../errors.js";
import { EMBEDDING, type ParameterSpec } from "../../model/parameters.js";
import { addRowGradients } from "./embedding.js";
import type { MicroBatch } from "./micro-batch.js";
import { GRADIENT } from "./programs/training.js";
import { floatsOf, type Tensors } from "./session.js";

/**
 * Adds a micro-batch's gradients to `sum`; those of token embeddings row by row. Into a sum that is all zeros (`first`)
 * they are copied, which is several times faster than adding.
 */
export function accumulate(
  sum: Float32Array,
  specs: readonly ParameterSpec[],
  outputs: Tensors,
  batch: MicroBatch,
  first = false,
): void {
  for (const { name, offset } of specs) {
    const output = outputs[`${GRADIENT}${name}`];
    if (!output) continue;
    if (first) sum.set(output.data as Float32Array, offset);
    else addTo(sum, offset, output.data as Float32Array);
  }
  const table = specs.find((s) => s.name === EMBEDDING)!;
  const rows = floatsOf(outputs, `${GRADIENT}embeddings`);
  addRowGradients(sum.subarray(table.offset, table.offset + table.size), table.shape[1]!, batch.tokens, rows);
}

function addTo(sum: Float32Array, offset: number, values: Float32Array): void {
  for (let i = 0; i < values.length; i++) sum[offset + i]! += values[i]!;
}

/** The error of a gradient that is not finite, naming the first parameter that has one. */
export function notFinite(grad: Float32Array, specs: readonly ParameterSpec[], step: number): SelftrainError {
  const bad = grad.findIndex((v) => !Number.isFinite(v));
  const spec = specs.find(({ offset, size }) => bad >= offset && bad < offset + size)!;
  return new SelftrainError({
    code: "gradient-not-finite",
    message: `the gradient of ${spec.name} is not finite`,
    found: String(grad[bad]),
    expected: "finite numbers",
    where: `optimiser step ${step}`,
    remedy: "lower the learning rate, or look at the batch that was saved; no weight was changed",
  });
}
