/**
 * The rate at which memory is copied, in bytes a second, read and written ones together: the roof of what the engine moves. The better
 * of two ways, over arrays that no cache holds: `Float32Array.set` in one thread, from one array to another; and ONNX Runtime's Add of
 * a scalar on all threads, from an array into itself.
 */
import { compile } from "../../dist/engine/onnx/runtime/program.js";
import { floats } from "../../dist/engine/onnx/runtime/tensor.js";
import { Graph } from "../../dist/graph/graph.js";
import { add } from "../../dist/graph/ops/elementwise.js";
import { seconds } from "../measure.mjs";
import { settings } from "../settings.mjs";

const { bytes } = settings.copy;

export async function open() {
  const size = bytes / 4;
  const from = new Float32Array(size).fill(1);
  const to = new Float32Array(size).fill(1);

  const graph = new Graph("copy");
  const x = graph.input("x", "float32", ["N"]);
  // An input, not a constant: adding a zero that is known beforehand would be optimised away.
  graph.output("y", add(x, graph.input("zero", "float32", [])));
  const program = compile(graph, settings.threads);
  const array = floats(from, [size]);
  const feeds = { x: array, zero: floats(new Float32Array(1), []) };

  const rateOf = async (run) => (2 * bytes) / (await seconds(run));
  return async () => {
    const javascript = await rateOf(async () => to.set(from));
    const onnxruntime = await rateOf(() => program.run(feeds, { y: array }));
    return { javascript, onnxruntime, rate: Math.max(javascript, onnxruntime) };
  };
}
