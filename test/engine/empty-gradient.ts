import { DeviceGradient } from "../../src/engine/onnx/device/gradient.js";
import type { Policy } from "../../src/engine/onnx/policy/policy.js";
import { GradientSum, type Sum } from "../../src/engine/onnx/training/gradient.js";
import { gpu } from "./on-device.js";

/** A gradient of zeros, where a policy trains. */
export function emptyGradient(
  policy: Policy,
): Sum & { readonly values: Float32Array; part(name: string): Float32Array | null } {
  const { specs, weights } = policy.trained;
  const onDevice = gpu && new DeviceGradient(gpu, policy, Infinity);
  const inArray = new GradientSum(specs, policy.config.layers, new Float32Array(weights.length));
  const values = () => onDevice?.values() ?? inArray.values;
  const sum: Sum = onDevice ?? inArray;
  return {
    run: (...args) => sum.run(...args),
    addRows: (...args) => sum.addRows(...args),
    get values() {
      return values();
    },
    part(name) {
      const spec = specs.find((s) => s.name === name);
      return spec ? values().subarray(spec.offset, spec.offset + spec.size) : null;
    },
  };
}
