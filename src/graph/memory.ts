/** How much memory the intermediate values of a graph take at their peak, from their lifetimes. */
import { elements, type Graph, type Node, type Value } from "./graph.js";
import { liveNodes } from "./serialize.js";

const BYTES = { float32: 4, int64: 8, int32: 4, bool: 1 } as const;

/** Operators whose output is the same bytes as their input under another shape. */
const ALIASING = new Set(["Reshape", "Identity"]);

/** Operators that ONNX Runtime lets write over an input of the same size that nobody else needs. */
const IN_PLACE = new Set([
  "Add",
  "Sub",
  "Mul",
  "Div",
  "Neg",
  "Exp",
  "Log",
  "Sqrt",
  "Reciprocal",
  "Sigmoid",
  "Tanh",
  "Softmax",
]);

/**
 * Peak bytes of what one run allocates: every value lives from the node that makes it to the last that reads it.
 * Inputs, outputs and constants belong to others and are not counted.
 */
export function peakBytes(graph: Graph, sizes: Readonly<Record<string, number>>): number {
  const nodes = liveNodes(graph);
  const root = new Map<string, string>();
  const rootOf = (v: Value): string => root.get(v.name) ?? v.name;
  for (const node of nodes) {
    if (ALIASING.has(node.op)) root.set((node.outputs[0] as Value).name, rootOf(node.inputs[0] as Value));
  }

  const lastUse = new Map<string, number>();
  nodes.forEach((node, at) => {
    for (const v of node.inputs) if (v) lastUse.set(rootOf(v), at);
  });
  const outside = new Set(graph.outputs.map(({ value }) => rootOf(value)));

  const held = new Map<string, number>();
  let current = 0;
  let peak = 0;
  const free = (name: string): void => {
    current -= held.get(name) ?? 0;
    held.delete(name);
  };
  nodes.forEach((node, at) => {
    if (ALIASING.has(node.op)) return;
    const bytes = node.outputs.map((v) =>
      outside.has(rootOf(v)) ? 0 : elements(v.shape, sizes) * BYTES[v.dtype],
    );
    const reused = IN_PLACE.has(node.op) ? dyingInput(node, at, bytes[0] as number) : null;
    if (reused) free(reused);
    node.outputs.forEach((v, i) => {
      held.set(v.name, bytes[i] as number);
      current += bytes[i] as number;
    });
    peak = Math.max(peak, current);
    for (const v of [...node.inputs, ...node.outputs]) {
      if (v && (lastUse.get(rootOf(v)) ?? at) <= at) free(rootOf(v));
    }
  });
  return peak;

  function dyingInput(node: Node, at: number, bytes: number): string | null {
    for (const v of node.inputs) {
      if (v && lastUse.get(rootOf(v)) === at && held.get(rootOf(v)) === bytes) return rootOf(v);
    }
    return null;
  }
}
