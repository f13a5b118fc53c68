/** The contract of a gradient rule: the vector-Jacobian product of one operator, built into the same graph. */
import type { Node, Value } from "../graph.js";

/**
 * Given a node and the gradient of the loss with respect to each of its outputs (null where none flows), builds
 * the gradient with respect to each input (null where none is defined, as for indices).
 */
export type GradientRule = (node: Node, grads: readonly (Value | null)[]) => readonly (Value | null)[];

export type GradientRules = Readonly<Record<string, GradientRule>>;

/** The i-th input, which the rule knows is there. */
export function input(node: Node, index: number): Value {
  const value = node.inputs[index];
  if (!value) throw new Error(`${node.op} lacks input ${index}`);
  return value;
}

/** The first output. */
export function output(node: Node): Value {
  return node.outputs[0] as Value;
}

/** The gradient of the first output, which exists whenever a single-output rule is called. */
export function outputGrad(grads: readonly (Value | null)[]): Value {
  const grad = grads[0];
  if (!grad) throw new Error("a gradient rule was called without a gradient");
  return grad;
}
