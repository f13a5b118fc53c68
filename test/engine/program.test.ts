/** Programs write where they are told to, and copy nothing. */
import { describe, expect, it } from "vitest";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { floats, floatsOf, integers } from "../../src/engine/onnx/runtime/tensor.js";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { DEVICE } from "./on-device.js";

/** y = x + sum, and the square of x. */
function program() {
  const g = new Graph("sums");
  const x = g.input("x", "float32", ["N", 2]);
  g.output("y", ops.add(x, g.input("sum", "float32", ["N", 2])));
  g.output("square", ops.mul(x, x));
  return compile(g, 1, DEVICE);
}

const feed = (...data: number[]) => floats(Float32Array.from(data), [data.length / 2, 2]);

describe("a compiled program", () => {
  it("writes an output to the array that is given for it, and others to new ones", async () => {
    const sums = program();
    const y = feed(0, 0, 0, 0);
    const outputs = await sums.run({ x: feed(1, 2, 3, 4), sum: feed(10, 20, 30, 40) }, { y });
    expect(Array.from(y.data as Float32Array)).toEqual([11, 22, 33, 44]);
    expect(outputs.y).toBe(y);
    expect(Array.from(floatsOf(outputs, "square"))).toEqual([1, 4, 9, 16]);
    expect(outputs.square!.dims).toEqual([2, 2]);
  });

  it("updates an input in place, over a view into a larger array", async () => {
    const sums = program();
    const memory = new Float32Array(8);
    const sum = floats(memory.subarray(2, 6), [2, 2]);
    for (let i = 0; i < 3; i++) await sums.run({ x: feed(1, 2, 3, 4), sum }, { y: sum });
    expect(Array.from(memory)).toEqual([0, 0, 3, 6, 9, 12, 0, 0]);
  });

  it("leaves what it gave before alone when it runs again", async () => {
    const sums = program();
    const first = await sums.run({ x: feed(1, 2), sum: feed(0, 0) });
    await sums.run({ x: feed(5, 6), sum: feed(0, 0) });
    expect(Array.from(floatsOf(first, "square"))).toEqual([1, 4]);
  });

  it("refuses feeds that are missing or disagree on a size", async () => {
    const sums = program();
    await expect(sums.run({ x: feed(1, 2) })).rejects.toThrow("not fed sum");
    await expect(sums.run({ x: feed(1, 2), sum: feed(1, 2, 3, 4) })).rejects.toThrow("sum is float32 [2,2]");
    await expect(sums.run({ x: floats(new Float32Array(3), [1, 3]), sum: feed(1, 2) })).rejects.toThrow(
      "x is float32 [1,3]",
    );
  });

  it("lets errors of the runtime through", async () => {
    const g = new Graph("broken");
    const x = g.input("x", "float32", ["N", 2]);
    g.output("y", ops.gatherRows(x, g.input("rows", "int64", ["M"])));
    const broken = compile(g, 1, DEVICE);
    await expect(
      broken.run({ x: feed(1, 2), rows: integers(BigInt64Array.of(7n), [1]) }),
    ).rejects.toMatchObject({
      code: "engine-runtime",
      found: expect.stringContaining("Gather"),
    });
  });
});
