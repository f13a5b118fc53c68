/** Arrays of several threads over the same bytes, which ONNX Runtime reads and writes as its own. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { compile, floats } from "../../src/engine/onnx/runtime/session.js";
import { floatsIn, memoryOf, sharedFloats } from "../../src/engine/onnx/threads/shared-memory.js";
import { Graph } from "../../src/graph/graph.js";
import { add } from "../../src/graph/ops/index.js";

/** Doubles what it is sent with a program of its own thread, in place. */
const DOUBLING = `
import { parentPort } from "node:worker_threads";
import { compile, floats } from "${new URL("../../dist/engine/onnx/runtime/session.js", import.meta.url)}";
import { floatsIn } from "${new URL("../../dist/engine/onnx/threads/shared-memory.js", import.meta.url)}";
import { Graph } from "${new URL("../../dist/graph/graph.js", import.meta.url)}";
import { add } from "${new URL("../../dist/graph/ops/index.js", import.meta.url)}";
const graph = new Graph("double");
const x = graph.input("x", "float32", ["N"]);
graph.output("y", add(x, x));
const program = await compile(graph, 1);
parentPort.on("message", async (memory) => {
  const x = floats(floatsIn(memory), [floatsIn(memory).length]);
  await program.run({ x }, { y: x });
  parentPort.postMessage("done");
});
`;

describe("shared memory", () => {
  it("begins with zeros and is seen by every thread, whoever writes", async () => {
    const array = sharedFloats(1000);
    expect(array.every((x) => x === 0)).toBe(true);
    array.forEach((_, i) => {
      array[i] = i;
    });
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(DOUBLING)}`));
    for (const factor of [2, 4]) {
      worker.postMessage(memoryOf(array));
      await once(worker, "message");
      expect(array.every((x, i) => x === factor * i)).toBe(true);
    }
    await worker.terminate();
    expect(array[999]).toBe(3996);
  });

  it("is read by a program where it lies, also a part of it", async () => {
    const graph = new Graph("shift");
    graph.output("y", add(graph.input("x", "float32", ["N"]), graph.float(1)));
    const program = await compile(graph, 1);
    const array = sharedFloats(10);
    const x = floats(array.subarray(3, 6), [3]);
    await program.run({ x }, { y: x });
    expect([...array]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0]);
    await program.release();
  });

  it("knows its own: another view of the same bytes, and no array of one thread alone", () => {
    const array = sharedFloats(4);
    const other = floatsIn(memoryOf(array));
    other[2] = 7;
    expect(array[2]).toBe(7);
    expect(memoryOf(other).byteLength).toBe(16);
    expect(() => memoryOf(new Float32Array(4))).toThrow("one thread alone");
  });
});
