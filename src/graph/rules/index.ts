/** The gradient rule of every operator that has one. */
import { elementwiseRules } from "./elementwise.js";
import type { GradientRules } from "./gradient-rule.js";
import { matMulRules } from "./matmul.js";
import { reduceRules } from "./reduce.js";
import { shapeRules } from "./shape.js";
import { transformerRules } from "./transformer.js";

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
  "Shape",
]);
