/**
 * Runs programs again and again with forced collections, on this thread and on others, and says whether anything grows:
 * `node --expose-gc scripts/soak.mjs [RUNS]` (100 000). Every result is checked. The exit code is 1 where a result is wrong, a value or a
 * session is held that should not be, or memory has grown over the second half.
 */
import { openRuntime } from "../dist/engine/onnx/c-api/runtime.js";
import { compile } from "../dist/engine/onnx/runtime/program.js";
import { floats, lasting } from "../dist/engine/onnx/runtime/tensor.js";
import { Graph } from "../dist/graph/graph.js";
import { add, matMul } from "../dist/graph/ops/index.js";

const RUNS = Number(process.argv[2] ?? 100_000);
/** A value takes some 300 bytes: one leaked in each of the second half's runs would be seen at the default number. */
const GROWTH = 8 * 2 ** 20;
const SIZE = 64;

const graph = new Graph("soak");
const x = graph.input("x", "float32", ["N", SIZE]);
graph.output(
  "y",
  add(matMul(x, graph.input("weights", "float32", [SIZE, SIZE])), graph.input("bias", "float32", [])),
);
graph.output("z", add(x, x));

const { held } = openRuntime();
const program = compile(graph, 1);
const weights = lasting(
  floats(new Float32Array(new SharedArrayBuffer(4 * SIZE * SIZE)).fill(1 / SIZE), [SIZE, SIZE]),
);

/** Small arrays and large, made anew for each run, with room for y or without. */
async function repeat(run) {
  const rows = 1 + (run % 5);
  const feeds = { x: floats(new Float32Array(rows * SIZE).fill(run % 7), [rows, SIZE]), weights };
  const bias = floats(Float32Array.of(run % 3), []);
  const into = run % 2 === 0 ? { y: floats(new Float32Array(rows * SIZE), [rows, SIZE]) } : {};
  const running = (run % 4 === 0 ? program.aside : program).run({ ...feeds, bias }, into);
  if (run % 50 === 0) globalThis.gc();
  const { y, z } = await running;
  const right =
    y.data.every((v) => Math.abs(v - (run % 7) - (run % 3)) < 1e-4) && z.data[0] === 2 * (run % 7);
  if (!right) throw new Error(`run ${run} is wrong`);
  if (held.values !== 1 || held.sessions !== 1) throw new Error(`run ${run} leaves ${JSON.stringify(held)}`);
}

let middle = 0;
for (let run = 0; run < RUNS; run++) {
  await repeat(run);
  if (run === RUNS >> 1) {
    globalThis.gc();
    middle = process.memoryUsage().rss;
  }
}
globalThis.gc();
const grown = process.memoryUsage().rss - middle;
program.release();
const report = { runs: RUNS, grownMiB: Math.round((10 * grown) / 2 ** 20) / 10, held };
console.log(JSON.stringify(report));
if (grown > GROWTH || held.values + held.sessions > 0) process.exitCode = 1;
