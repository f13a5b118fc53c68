/** The sum of several gradients and its squares. */
import { Graph } from "../../../graph/graph.js";
import * as ops from "../../../graph/ops/index.js";

/** Names of the inputs. */
export const lane = (i: number): string => `lane:${i}`;

/**
 * Of gradients [R, K]: their sum, which may be given the memory of the first, and of each row the sum of its squares [R]. Of one there
 * is nothing to add.
 */
export function gradientSumProgram(lanes: number): Graph {
  const g = new Graph("gradient-sum");
  const [first, ...others] = Array.from({ length: lanes }, (_, i) => g.input(lane(i), "float32", ["R", "K"]));
  if (!first) throw new Error("there is no gradient to sum");
  const sum = others.reduce((sum, other) => ops.add(sum, other), first);
  if (others.length > 0) g.output("sum", sum);
  g.output("squares", ops.reduceSum(ops.mul(sum, sum), [1]));
  return g;
}
