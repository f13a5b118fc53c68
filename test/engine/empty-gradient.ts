import type { Policy } from "../../src/engine/onnx/policy/policy.js";
import { GradientSum } from "../../src/engine/onnx/training/gradient.js";

/** A gradient of zeros in memory of its own. */
export const emptyGradient = ({ trained: { specs, weights }, config }: Policy): GradientSum =>
  new GradientSum(specs, config.layers, new Float32Array(weights.length));
