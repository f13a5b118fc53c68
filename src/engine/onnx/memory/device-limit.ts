/**
 * What a graphics device cannot hold in one tensor, however much memory it has. The values of a run keep to one binding. A weight may take
 * two, which ONNX Runtime reads and writes in parts: a command that has three such tensors then binds six parts of the eight buffers that WebGPU
 * promises.
 */
import { SelftrainError } from "../../../errors.js";
import { adapterSpecs } from "../../../model/lora.js";
import { parameterSpecs } from "../../../model/parameters.js";
import type { ModelShape } from "../programs/model-inputs.js";

/** Bindings that a weight, its gradient and its moments may take each. */
const MOST_BINDINGS = 2;

const MIB = 2 ** 20;
const mebibytes = (bytes: number) =>
  `${(bytes / MIB).toLocaleString("en-US", { maximumFractionDigits: 1 })} MiB`;

export const tensorTooLarge = (what: string, limit: number, bytes?: number): SelftrainError =>
  new SelftrainError({
    code: "engine-device-limit",
    message: "a tensor is larger than the graphics device takes",
    found: bytes === undefined ? `a tensor ${what}` : `${what}: ${mebibytes(bytes)}`,
    expected: `at most ${mebibytes(limit)} a tensor`,
    where: "engine.device",
    remedy:
      "take a model with fewer tokens in its vocabulary or narrower layers, or shorter prompts and completions; or set engine.device to cpu",
  });

/** Errors: `engine-device-limit` where a weight of the model or of the adapter is larger than a device of this binding takes. */
export function checkTensors({ config, lora }: ModelShape, largestBinding = Infinity): void {
  const limit = MOST_BINDINGS * largestBinding;
  const specs = [...parameterSpecs(config), ...(lora ? adapterSpecs(config, lora) : [])];
  for (const { name, size, shape } of specs)
    if (4 * size > limit) throw tensorTooLarge(`${name} [${shape.join(", ")}]`, limit, 4 * size);
}
