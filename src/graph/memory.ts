/** How much memory the intermediate values of a graph take at their peak, from their lifetimes. */
import { elements, type Graph, type Shape, type Value } from "./graph.js";
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

/** What running one node does to memory. */
interface Step {
  readonly made: readonly { readonly name: string; readonly shape: Shape; readonly width: number }[];
  /** Inputs that nobody reads any more: one of the size of the first output may be written over. */
  readonly dying: readonly string[];
  readonly freed: readonly string[];
}

/**
 * Peak bytes of what one run allocates, by the sizes of named dimensions: every value lives from the node that makes it to the last that
 * reads it. Inputs, outputs and constants belong to others and are not counted.
 */
export function peakBytes(graph: Graph): (sizes: Readonly<Record<string, number>>) => number {
  const steps = stepsOf(graph);
  return (sizes) => {
    const held = new Map<string, number>();
    let current = 0;
    let peak = 0;
    const free = (name: string | undefined): void => {
      if (name === undefined) return;
      current -= held.get(name) ?? 0;
      held.delete(name);
    };
    for (const { made, dying, freed } of steps) {
      const bytes = made.map(({ shape, width }) => (width === 0 ? 0 : width * elements(shape, sizes)));
      free(dying.find((name) => held.get(name) === bytes[0]));
      made.forEach(({ name }, i) => {
        held.set(name, bytes[i] as number);
        current += bytes[i] as number;
      });
      peak = Math.max(peak, current);
      for (const name of freed) free(name);
    }
    return peak;
  };
}

/** Bytes of the largest value that one run allocates, by the sizes of named dimensions; of those that have such dimensions. */
export function largestBytes(graph: Graph): (sizes: Readonly<Record<string, number>>) => number {
  const made = stepsOf(graph).flatMap((step) =>
    step.made.filter(({ width, shape }) => width > 0 && shape.some((dim) => typeof dim === "string")),
  );
  return (sizes) =>
    made.reduce((most, { shape, width }) => Math.max(most, width * elements(shape, sizes)), 0);
}

function stepsOf(graph: Graph): Step[] {
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

  return nodes.flatMap((node, at): Step[] => {
    if (ALIASING.has(node.op)) return [];
    const inputs = node.inputs.flatMap((v) => (v ? [rootOf(v)] : []));
    const roots = [...inputs, ...node.outputs.map(rootOf)];
    return [
      {
        made: node.outputs.map((v) => ({
          name: v.name,
          shape: v.shape,
          width: outside.has(rootOf(v)) ? 0 : BYTES[v.dtype],
        })),
        dying: IN_PLACE.has(node.op) ? inputs.filter((name) => lastUse.get(name) === at) : [],
        freed: roots.filter((name) => (lastUse.get(name) ?? at) <= at),
      },
    ];
  });
}
