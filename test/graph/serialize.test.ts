/** Graphs as ONNX models, judged by ONNX Runtime. */
import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { liveNodes, serialize } from "../../src/graph/serialize.js";
import { Runner } from "./run.js";

describe("serialize", () => {
  it("one graph with named dimensions serves every size", async () => {
    const g = new Graph("named");
    const x = g.input("x", "float32", ["B", "T", 2]);
    const flat = ops.reshape(x, ["B*T", 2]);
    g.output("sums", ops.reshape(ops.reduceSum(flat, [1]), ["B", "T"]));
    const runner = await Runner.create(g);
    for (const [B, T] of [
      [1, 1],
      [2, 3],
      [4, 1],
    ] as const) {
      const data = Array.from({ length: B * T * 2 }, (_, i) => i);
      const { sums } = await runner.run({ x: { shape: [B, T, 2], data } });
      expect(sums).toEqual({ shape: [B, T], data: Array.from({ length: B * T }, (_, i) => 4 * i + 1) });
    }
  });

  it("every kind of attribute, constant and left-out input arrives", async () => {
    const g = new Graph("kinds");
    const x = g.input("x", "float32", [2, 3]);
    const index = g.input("index", "int64", [2, 1]);
    const one = (outputs: Value[]) => outputs[0]!;
    // floats: alpha; ints: perm; string: reduction; negative int: axis; a missing middle input: Clip without minimum.
    const scaled = ops.matMul(x, x, { transB: true, alpha: 0.5 });
    g.output("scaled", ops.transpose(scaled, [1, 0]));
    g.output(
      "scattered",
      one(
        g.add({
          op: "ScatterElements",
          inputs: [x, index, g.float([10, 20], [2, 1])],
          outputs: [x],
          attributes: { axis: -1, reduction: "add" },
        }),
      ),
    );
    g.output("clipped", one(g.add({ op: "Clip", inputs: [x, null, g.float(2.5)], outputs: [x] })));
    const {
      scaled: s,
      scattered,
      clipped,
    } = await (await Runner.create(g)).run({
      x: { shape: [2, 3], data: [1, 2, 3, -1, 0, 4] },
      index: { shape: [2, 1], data: [2, 0] },
    });
    expect(s?.data).toEqual([7, 5.5, 5.5, 8.5]);
    expect(scattered?.data).toEqual([1, 2, 13, 19, 0, 4]);
    expect(clipped?.data).toEqual([1, 2, 2.5, -1, 0, 2.5]);
  });

  it("publishes inputs, constants and one value under two names", async () => {
    const g = new Graph("published");
    const x = g.input("x", "float32", ["B"]);
    const y = ops.exp(x);
    g.output("x again", x);
    g.output("seven", g.float(7));
    g.output("y", y);
    g.output("y again", y);
    g.output("z", ops.neg(y));
    const out = await (await Runner.create(g)).run({ x: { shape: [2], data: [0, 0] } });
    expect(Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, data]))).toEqual({
      "x again": [0, 0],
      seven: [7],
      y: [1, 1],
      "y again": [1, 1],
      z: [-1, -1],
    });
  });

  it("leaves out what no output needs, and writes the same bytes again", async () => {
    const build = () => {
      const g = new Graph("live");
      const x = g.input("x", "float32", [2]);
      g.add({ op: "NoSuchOperator", inputs: [x], outputs: [x] });
      g.output("y", ops.neg(ops.add(x, g.float(1))));
      return g;
    };
    expect(liveNodes(build()).map((node) => node.op)).toEqual(["Add", "Neg"]);
    expect(serialize(build())).toEqual(serialize(build()));
    const { y } = await (await Runner.create(build())).run({ x: { shape: [2], data: [1, 2] } });
    expect(y?.data).toEqual([-2, -3]);
  });
});

describe("Graph refuses", () => {
  it("mistakes where they are made, not at run time", () => {
    const g = new Graph("refused");
    const x = g.input("x", "float32", ["B", 3]);
    expect(() => g.input("x", "float32", [1])).toThrow(/declared twice/);
    expect(() => g.dim("Q")).toThrow(/belongs to no input/);
    expect(() => ops.add(x, g.input("y", "float32", [4]))).toThrow(/do not broadcast/);
    expect(() => ops.matMul(x, x)).toThrow(/matMul/);
    expect(() => ops.transpose(x, [0])).toThrow(/transpose/);
    expect(() => ops.reduceSum(x, [2])).toThrow(/axis 2/);
    expect(() => ops.reshape(x, ["P", "Q"])).toThrow(/belong to no input/);
    expect(() => g.constantNumbers(x)).toThrow(/not a constant/);
  });
});
