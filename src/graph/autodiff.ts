/**
 * Reverse-mode automatic differentiation by source transformation: the backward pass is more nodes of the same
 * graph, so that ONNX Runtime schedules, fuses and frees both passes together.
 */
import type { Node, Value } from "./graph.js";
import { add } from "./ops/elementwise.js";
import { gradientRules, nonDifferentiable } from "./rules/index.js";

/** Values that depend on any of `roots`. */
function dependents(nodes: readonly Node[], roots: readonly Value[]): Set<string> {
  const reached = new Set(roots.map((v) => v.name));
  for (const node of nodes) {
    if (nonDifferentiable.has(node.op)) continue;
    if (node.inputs.some((v) => v !== null && reached.has(v.name)))
      for (const out of node.outputs) reached.add(out.name);
  }
  return reached;
}

/**
 * Vector-Jacobian products: given the gradient of some loss with respect to values of a graph (`seeds`), its gradients
 * with respect to others, in their order and shapes. Throws when one of them influences no seed, or an operator on the way
 * has no rule.
 */
export function pullback(seeds: readonly (readonly [Value, Value])[], wrt: readonly Value[]): Value[] {
  const g = (seeds[0] as readonly [Value, Value])[0].graph;
  const nodes = [...g.nodes];
  const active = dependents(nodes, wrt);
  const grads = new Map(seeds.map(([value, grad]) => [value.name, grad]));

  for (const node of nodes.reverse()) {
    const outputGrads = node.outputs.map((out) => grads.get(out.name) ?? null);
    if (outputGrads.every((grad) => grad === null)) continue;
    if (!node.outputs.some((out) => active.has(out.name))) continue;
    const rule = gradientRules[node.op];
    if (!rule) throw new Error(`operator ${node.op} has no gradient rule`);
    const inputGrads = rule(node, outputGrads);
    node.inputs.forEach((input, i) => {
      const grad = inputGrads[i];
      if (!input || !grad || !active.has(input.name)) return;
      const sum = grads.get(input.name);
      grads.set(input.name, sum ? add(sum, grad) : grad);
    });
  }

  return wrt.map((value) => {
    const grad = grads.get(value.name);
    if (!grad) throw new Error(`${value.name} does not influence ${seeds.map(([v]) => v.name)}`);
    return grad;
  });
}

/** Gradients of a scalar with respect to values of its graph, in their order and shapes. Throws as `pullback` does. */
export function gradients(scalar: Value, wrt: readonly Value[]): Value[] {
  if (scalar.shape.length !== 0)
    throw new Error(`gradients of a tensor of shape [${scalar.shape}], expected a scalar`);
  return pullback([[scalar, scalar.graph.float(1)]], wrt);
}
