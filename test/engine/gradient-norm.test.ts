/** Lanes summed into one, and the norm of what they sum to. */
import { describe, expect, it } from "vitest";
import { globalNorm, normOf, sumLanes } from "../../src/engine/onnx/optimiser/gradient-norm.js";
import { Random } from "../../src/random.js";
import { compiling } from "./compiling.js";

/** Sums lanes by two streams: Σ g² of the parts, in their order. */
const sum = (lanes: readonly Float32Array[]): Promise<number[]> =>
  sumLanes([compiling(), compiling()], lanes as [Float32Array, ...Float32Array[]]);

function drawn(length: number, lanes: number): Float32Array[] {
  const random = new Random(length, lanes);
  return Array.from({ length: lanes }, () => Float32Array.from({ length }, () => random.normal()));
}

describe("sumLanes", () => {
  it.each([
    [5, 1],
    [4096, 2],
    [4097, 3],
    [700_001, 1],
    [700_001, 4],
  ])("adds %i numbers of %i lanes in order, and leaves zeros behind", async (length, count) => {
    const lanes = drawn(length, count);
    const expected = lanes[0]!.slice();
    for (const other of lanes.slice(1)) for (let i = 0; i < length; i++) expected[i]! += other[i]!;
    const squares = await sum(lanes);
    expect(squares.length).toBe(Math.ceil(length / 2 ** 18));
    expect(lanes[0]!.every((x, i) => x === expected[i])).toBe(true);
    for (const other of lanes.slice(1)) expect(other.every((x) => x === 0)).toBe(true);
    expect(normOf(squares, () => lanes[0]!) / globalNorm(expected)).toBeCloseTo(1, 6);
  });
});

describe("normOf", () => {
  const norm = async (grad: Float32Array) => normOf(await sum([grad]), () => grad);

  it("is exact where squares vanish or overflow in single precision", async () => {
    expect(await norm(Float32Array.of(3e30, 4e30))).toBe(globalNorm(Float32Array.of(3e30, 4e30)));
    expect(await norm(Float32Array.of(3e-25, 4e-25))).toBeCloseTo(5e-25, 30);
    expect(await norm(Float32Array.of(3e-25, 4e-25))).toBeGreaterThan(4.9e-25);
    expect(await norm(new Float32Array(3))).toBe(0);
  });

  it("is finite exactly when every gradient is", async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
      expect(Number.isFinite(await norm(Float32Array.of(1, bad, 2)))).toBe(false);
    expect(Number.isFinite(await norm(new Float32Array(5000).fill(3e38)))).toBe(true);
  });
});
