import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../../src/graph/graph.js";
import { peakBytes } from "../../src/graph/memory.js";
import * as ops from "../../src/graph/ops/index.js";

/** The peak of a graph of one input x [B, 4], B = 2 unless said otherwise: 32 bytes a copy of x. */
function peak(build: (x: Value, g: Graph) => void, B = 2): number {
  const g = new Graph("memory");
  build(g.input("x", "float32", ["B", 4]), g);
  return peakBytes(g)({ B });
}

describe("peakBytes", () => {
  it("frees a value after its last reader, and not before", () => {
    // a and its transpose live until the product of the two is made.
    const bytes = (B: number) =>
      peak((x, g) => {
        const a = ops.exp(x);
        g.output("product", ops.matMul(ops.transpose(a, [1, 0]), a));
      }, B);
    expect(bytes(2)).toBe(32 + 32);
    expect(bytes(10)).toBe(160 + 160);
    // The first product is gone when the third is made.
    const chain = peak((x, g) => {
      const square = (v: Value) => ops.matMul(v, v);
      const product = ops.matMul(x, x, { transA: true });
      g.output("power", square(square(square(product))));
    });
    expect(chain).toBe(64 + 64);
  });

  it("lets element-wise operators write over what nobody else reads", () => {
    expect(peak((x, g) => g.output("y", ops.neg(ops.log(ops.exp(x)))))).toBe(32);
    // a is read again, so log may not write over it; the sum may.
    expect(
      peak((x, g) => {
        const a = ops.exp(x);
        g.output("y", ops.add(ops.log(a), a));
      }),
    ).toBe(64);
    // What the caller owns is never written over.
    expect(peak((x, g) => g.output("y", ops.sumAll(ops.neg(x))))).toBe(32);
  });

  it("counts a reshaped value once, for as long as either name is read", () => {
    expect(
      peak((x, g) => {
        const a = ops.exp(x);
        const flat = ops.reshape(a, ["B*4"]);
        const total = ops.sumAll(flat);
        g.output("y", ops.mul(a, total));
      }),
    ).toBe(32 + 4);
  });

  it("leaves outputs to the caller, also where they are read again", () => {
    expect(
      peak((x, g) => {
        const a = ops.exp(x);
        g.output("a", a);
        g.output("b", ops.sumAll(ops.neg(a)));
      }),
    ).toBe(32);
  });

  it("counts eight bytes for an integer, one for a truth value, and nothing for what no output needs", () => {
    expect(
      peak((x, g) => {
        ops.matMul(x, x, { transB: true });
        g.output("index", ops.cast(ops.argMax(x), "float32"));
      }),
    ).toBe(16);
    expect(peak((x, g) => g.output("sign", ops.cast(ops.less(x, g.float(0)), "float32")))).toBe(8);
  });

  it("wants the size of every named dimension", () => {
    const g = new Graph("unsized");
    g.output("y", ops.sumAll(ops.exp(g.input("x", "float32", ["B", "T"]))));
    expect(peakBytes(g)({ B: 2, T: 3 })).toBe(24);
    expect(() => peakBytes(g)({ B: 2 })).toThrow(/dimension T/);
  });
});
