/** The product over rows, by whichever way the widths choose, against the sum written out. */
import { expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import { tallProduct } from "../../src/graph/rules/tall-product.js";
import { Random } from "../../src/random.js";
import { Runner } from "./run.js";

it.each([
  ["the left narrower", 7, 3, 5, ["Transpose", "Reshape", "FusedMatMul", "Reshape"]],
  ["the right narrower", 7, 5, 3, ["Transpose", "Reshape", "FusedMatMul", "Reshape", "Transpose"]],
  ["as wide as one another", 6, 4, 4, ["Transpose", "Reshape", "FusedMatMul", "Reshape", "Transpose"]],
  ["too large to be transposed", 3, 1025, 1024, ["FusedMatMul"]],
])("%s", async (_, rows, m, n, operators) => {
  const g = new Graph("tall");
  const a = g.input("a", "float32", ["N", m]);
  const b = g.input("b", "float32", ["N", n]);
  const product = tallProduct(a, b, 0.5);
  expect(product.shape).toEqual([m, n]);
  expect(g.nodes.map(({ op }) => op)).toEqual(operators);
  g.output("y", product);
  const random = new Random(1, m, n);
  const of = (width: number) => Float32Array.from({ length: rows * width }, () => random.normal());
  const [left, right] = [of(m), of(n)];
  const runner = await Runner.create(g);
  const { y } = await runner.run({
    a: { shape: [rows, m], data: left },
    b: { shape: [rows, n], data: right },
  });
  expect(y!.shape).toEqual([m, n]);
  const worst = y!.data.reduce((most, found, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += 0.5 * left[row * m + i]! * right[row * n + j]!;
    return Math.max(most, Math.abs(found - sum));
  }, 0);
  expect(worst).toBeLessThan(1e-5);
});

it("where a width is not known beforehand", () => {
  const g = new Graph("tall");
  const product = tallProduct(g.input("a", "float32", ["N", "M"]), g.input("b", "float32", ["N", 4]), 1);
  expect(product.shape).toEqual(["M", 4]);
  expect(g.nodes.map(({ op }) => op)).toEqual(["FusedMatMul"]);
});
