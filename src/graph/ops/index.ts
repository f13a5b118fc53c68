/** Every operator that graphs are built from, and the table of their gradient rules. */
import type { GradientRules } from "../gradient-rule.js";
import { elementwiseRules } from "./elementwise.js";
import { matMulRules } from "./matmul.js";
import { reduceRules } from "./reduce.js";
import { shapeRules } from "./shape.js";
import { transformerRules } from "./transformer.js";

export * from "./elementwise.js";
export * from "./matmul.js";
export * from "./reduce.js";
export * from "./sampling.js";
export * from "./shape.js";
export * from "./transformer.js";

export const gradientRules: GradientRules = {
  ...elementwiseRules,
  ...matMulRules,
  ...reduceRules,
  ...shapeRules,
  ...transformerRules,
};

/** Operators through which no gradient flows, by their nature or on purpose (`stopGradient` is a Cast). */
export const nonDifferentiable: ReadonlySet<string> = new Set([
  "ArgMax",
  "Cast",
  "CumSum",
  "Less",
  "LessOrEqual",
  "Range",
  "Shape",
]);
