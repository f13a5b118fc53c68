/** Graphs rewritten for WebGPU compute what they computed: checked on the processor, which has both kinds of operators. */
import { expect, it } from "vitest";
import { Graph, type Value } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { tallProduct } from "../../src/graph/rules/tall-product.js";
import { liveNodes } from "../../src/graph/serialize.js";
import { forWebGpu } from "../../src/graph/webgpu/rewrite.js";
import { Runner } from "./run.js";

const array = (shape: readonly number[], seed: number) => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + 7 * i)),
});

const cases: readonly (readonly [string, readonly string[], (a: Value, b: Value) => Value])[] = [
  ["a product of matrices", ["M", "N"], (a, b) => ops.matMul(rows(a), rows(b), { transB: true, alpha: 0.5 })],
  ["their gradient", ["M", "N"], (a, b) => ops.matMul(rows(a), rows(b), { transA: true, alpha: 2 })],
  [
    "a batch by one matrix",
    ["M", "N"],
    (a, b) => ops.matMul(a, ops.reshape(head(b), [3, 4]), { transB: true }),
  ],
  ["a batch by a batch", ["M", "M"], (a, b) => ops.matMul(a, b, { transB: true, alpha: 0.25 })],
  [
    "both transposed",
    ["M", "M"],
    (a, b) => ops.matMul(a, ops.transpose(b, [0, 2, 1]), { transA: true, transB: true }),
  ],
  ["the logarithm of a softmax", ["M", "N"], (a) => ops.logSoftmax(ops.mul(a, a.graph.float(100)))],
];

/** [2, M, 4] as a matrix, and its first three rows. */
const rows = (x: Value) => ops.reshape(x, [6, 4]);
const head = (x: Value) => ops.reshape(ops.split(x, [1, 1], 0)[0]!, [3, 4]);

it.each(cases)("%s", async (_, [m, n], build) => {
  const g = new Graph("case");
  const a = g.input("a", "float32", [2, m!, 4]);
  g.output("y", build(a, g.input("b", "float32", [2, n!, 4])));
  const feeds = { a: array([2, 3, 4], 1), b: array([2, 3, 4], 2) };
  const [before, after] = [await Runner.create(g), await Runner.create(forWebGpu(g))];
  const [{ y: expected }, { y: found }] = [await before.run(feeds), await after.run(feeds)];
  expect(found!.shape).toEqual(expected!.shape);
  found!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected!.data[i]!, 4);
  });
});

/** A gradient of a weight as the rules make it, of matrices [N, m] and [N, n]; in the second case the wider is on the left. */
const gradients: readonly (readonly [string, number, number, (a: Value, b: Value) => Value])[] = [
  ["transposes the left side first", 3, 5, (a, b) => tallProduct(a, b, 1)],
  ["transposes the product", 5, 3, (a, b) => tallProduct(a, b, 1)],
  ["is scaled", 3, 5, (a, b) => tallProduct(a, b, 0.5)],
  ["is a product of the transpose", 3, 5, (a, b) => ops.matMul(a, b, { transA: true, alpha: 2 })],
];

it.each(gradients)("adds a gradient that %s to its sum in one operator", async (_, m, n, product) => {
  const g = new Graph("gradient");
  const sum = g.input("sum", "float32", [m, n]);
  g.output("y", ops.add(sum, product(g.input("a", "float32", ["N", m]), g.input("b", "float32", ["N", n]))));
  const rewritten = forWebGpu(g);
  expect(liveNodes(rewritten).map(({ op }) => op)).toEqual(["Gemm"]);
  const feeds = { sum: array([m, n], 1), a: array([4, m], 2), b: array([4, n], 3) };
  const [{ y: expected }, { y: found }] = [
    await (await Runner.create(g)).run(feeds),
    await (await Runner.create(rewritten)).run(feeds),
  ];
  expect(found!.shape).toEqual([m, n]);
  found!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(expected!.data[i]!, 5);
  });
});

it("leaves a sum apart whose product somebody else reads, or that has another shape", () => {
  const g = new Graph("apart");
  const [a, b] = [g.input("a", "float32", ["N", 3]), g.input("b", "float32", ["N", 5])];
  const product = ops.matMul(a, b, { transA: true });
  g.output("product", product);
  g.output("added", ops.add(g.input("sum", "float32", [3, 5]), product));
  g.output("row", ops.add(g.input("bias", "float32", [5]), ops.matMul(a, b, { transA: true })));
  const made = liveNodes(forWebGpu(g)).map(({ op }) => op);
  expect(made.filter((op) => op === "Add")).toHaveLength(2);
});

it("gives both outputs of an RMS norm", async () => {
  const g = new Graph("norm");
  const x = g.input("x", "float32", ["N", 4]);
  const y = ops.rmsNorm(x, g.input("scale", "float32", [4]), 1e-3);
  g.output("y", y);
  g.output("inverse", g.nodes.at(-1)!.outputs[1]!);
  const rewritten = forWebGpu(g);
  expect(rewritten.nodes.map(({ outputs }) => outputs.length)).not.toContain(2);
  const feeds = { x: array([3, 4], 5), scale: array([4], 6) };
  const [expected, found] = [
    await (await Runner.create(g)).run(feeds),
    await (await Runner.create(rewritten)).run(feeds),
  ];
  for (const name of ["y", "inverse"])
    found[name]!.data.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[name]!.data[i]!, 5);
    });
});

it("keeps names, inputs, outputs, and nodes that need no rewriting", () => {
  const g = new Graph("plain");
  const x = g.input("x", "float32", ["N", 4]);
  g.output("sum", ops.add(x, g.float([1, 2, 3, 4], [4])));
  g.output("same", x);
  ops.neg(x);
  const rewritten = forWebGpu(g);
  expect(rewritten.name).toBe("plain");
  expect(rewritten.inputs.map(({ name, shape }) => [name, shape])).toEqual([["x", ["N", 4]]]);
  expect(rewritten.outputs.map(({ name }) => name)).toEqual(["sum", "same"]);
  expect(rewritten.nodes.map(({ op }) => op)).toEqual(["Add"]);
});
