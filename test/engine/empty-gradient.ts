import { GradientSum } from "../../src/engine/onnx/gradient.js";
import type { Policy } from "../../src/engine/onnx/policy.js";

/** A gradient of zeros in memory of its own. */
export const emptyGradient = ({ trained: { specs, weights }, config }: Policy): GradientSum =>
  new GradientSum(specs, config.layers, new Float32Array(weights.length));
