/**
 * A graph rewritten for ONNX Runtime's WebGPU provider: operators that it lacks, or computes wrongly, made of others, and gradients added in fewer
 * dispatches. What is computed stays the same but for rounding.
 */
import { Graph, type Value } from "../graph.js";
import { liveNodes } from "../serialize.js";
import { rewrites } from "./rules.js";
import { gemmOnto, sumsOfProducts } from "./sums.js";

/** The graph anew, of the same name, inputs and outputs. */
export function forWebGpu(graph: Graph): Graph {
  const g = new Graph(graph.name);
  const made = new Map<string, Value>();
  const of = (value: Value): Value => {
    const found = made.get(value.name);
    if (!found) throw new Error(`graph ${graph.name}: ${value.name} is used before it is made`);
    return found;
  };
  for (const { name, dtype, shape } of graph.inputs) made.set(name, g.input(name, dtype, shape));
  for (const { value, data } of graph.constants) made.set(value.name, g.copyOf(value, data));
  const nodes = liveNodes(graph);
  const sums = sumsOfProducts(graph);
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map((value) => value?.name)));
  for (const { value } of graph.outputs) read.add(value.name);
  for (const node of nodes) {
    const inputs = node.inputs.map((value) => value && of(value));
    const used = node.outputs.map(({ name }) => read.has(name));
    const sum = sums.get(node.outputs[0]?.name ?? "");
    const outputs = sum
      ? [gemmOnto({ ...sum, sum: of(sum.sum), a: of(sum.a), b: of(sum.b) })]
      : (rewrites[node.op]?.({ ...node, inputs, used }) ?? g.add({ ...node, inputs }));
    node.outputs.forEach(({ name }, i) => {
      const output = outputs[i];
      if (output) made.set(name, output);
    });
  }
  for (const { name, value } of graph.outputs) g.output(name, of(value));
  return g;
}
