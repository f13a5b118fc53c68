import { describe, expect, it } from "vitest";
import { adamState, adamStep } from "../../src/engine/onnx/optimiser/adamw.js";
import { globalNorm } from "../../src/engine/onnx/optimiser/gradient-norm.js";
import { notFinite } from "../../src/engine/onnx/training/gradient.js";
import type { ParameterSpec } from "../../src/model/parameters.js";
import { compiling } from "./compiling.js";

const programs = compiling();

/** A matrix of two numbers and a norm of one. */
const SPECS = [
  { name: "matrix", shape: [1, 2], offset: 0, size: 2 },
  { name: "norm", shape: [1], offset: 2, size: 1 },
];
const ADAM = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, eps: 1e-8, weightDecay: 0.5, gradClipNorm: 0 };

/** A step by a gradient, which is left as it is. */
async function step(
  weights: Float32Array,
  grad: Float32Array,
  state: ReturnType<typeof adamState>,
  adam = ADAM,
  specs: readonly ParameterSpec[] = SPECS,
): Promise<void> {
  const arrays = { weights, grad: grad.slice(), mean: state.mean, variance: state.variance };
  await adamStep([programs], arrays, specs, { adam, step: ++state.step, gradNorm: globalNorm(grad) });
  expect(arrays.grad.every((g) => g === 0)).toBe(true);
}

const expectClose = (found: Float32Array, expected: readonly number[]) =>
  expected.forEach((x, i) => {
    expect(found[i]).toBeCloseTo(x, 6);
  });

describe("adamStep", () => {
  it("agrees with two steps computed by hand", async () => {
    const weights = Float32Array.of(1, -2, 3);
    const state = adamState(3);
    await step(weights, Float32Array.of(0.5, -1, 2), state);
    // The first step is the learning rate in the direction of the sign; matrices shrink by 1 − 0.1·0.5 first.
    expectClose(weights, [0.95 - 0.1, -1.9 + 0.1, 3 - 0.1]);
    expectClose(state.mean, [0.05, -0.1, 0.2]);
    expectClose(state.variance, [0.0025, 0.01, 0.04]);

    await step(weights, Float32Array.of(1, 0, -2), state);
    const m = [0.9 * 0.05 + 0.1, 0.9 * -0.1, 0.9 * 0.2 - 0.2];
    const v = [0.99 * 0.0025 + 0.01, 0.99 * 0.01, 0.99 * 0.04 + 0.04];
    expectClose(state.mean, m);
    expectClose(state.variance, v);
    const moved = m.map((mean, i) => (0.1 * (mean / (1 - 0.81))) / (Math.sqrt(v[i]! / (1 - 0.9801)) + 1e-8));
    expectClose(weights, [0.95 * 0.85 - moved[0]!, 0.95 * -1.8 - moved[1]!, 2.9 - moved[2]!]);
    expect(state.step).toBe(2);
  });

  it("clips by the global norm: a gradient too long is scaled, a shorter one is not", async () => {
    const grad = Float32Array.of(0.6, 0, 0.8);
    expect(globalNorm(grad)).toBeCloseTo(1, 6);
    const moments = async (gradClipNorm: number) => {
      const state = adamState(3);
      await step(Float32Array.of(1, 1, 1), grad, state, { ...ADAM, gradClipNorm });
      return [...state.mean];
    };
    expect(await moments(2)).toEqual(await moments(0));
    const whole = await moments(0);
    for (const [i, m] of (await moments(0.25)).entries()) expect(m).toBeCloseTo(whole[i]! / 4, 7);
  });

  it("moves by the moments alone where the gradient is 0, and less each time", async () => {
    const weights = Float32Array.of(0, 0, 0);
    const state = adamState(3);
    await step(weights, Float32Array.of(1, 1, 1), state);
    const path = [0, weights[2]!];
    for (let i = 0; i < 4; i++) {
      await step(weights, new Float32Array(3), state);
      path.push(weights[2]!);
    }
    const moves = path.slice(1).map((w, i) => path[i]! - w);
    expect(moves.every((move) => move > 0)).toBe(true);
    expect([...moves].sort((a, b) => b - a)).toEqual(moves);
    expect(state.mean[2]).toBeCloseTo(0.1 * 0.9 ** 4, 7);
  });

  it("decays matrices alone, and not the vectors before them", async () => {
    const size = 300_000;
    const specs = [
      { name: "norm", shape: [size], offset: 0, size },
      { name: "matrix", shape: [2, size / 2], offset: size, size },
    ];
    const weights = new Float32Array(2 * size).fill(1);
    const grad = Float32Array.from({ length: 2 * size }, (_, i) => (i % 2 === 0 ? 1 : -1));
    const state = adamState(2 * size);
    await step(weights, grad, state, ADAM, specs);
    for (let i = 0; i < 2 * size; i++) {
      const expected = (i < size ? 1 : 0.95) - (i % 2 === 0 ? 0.1 : -0.1);
      if (Math.abs(weights[i]! - expected) > 1e-6) expect.fail(`parameter ${i} is ${weights[i]}`);
    }
    expect(state.mean.every((m, i) => Math.abs(m - 0.1 * grad[i]!) < 1e-7)).toBe(true);
  });

  it("stays finite where squares vanish in single precision", async () => {
    const weights = Float32Array.of(1, 1, 1);
    await step(weights, Float32Array.of(1e-30, 0, 1e30), adamState(3));
    expect(weights.every(Number.isFinite)).toBe(true);
  });
});

describe("a gradient that is not finite", () => {
  it("has no finite norm, and is named by its parameter", () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const grad = Float32Array.of(1, 2, bad);
      expect(Number.isFinite(globalNorm(grad))).toBe(false);
      expect(notFinite(SPECS, grad, 7)).toMatchObject({
        code: "gradient-not-finite",
        message: expect.stringContaining("norm"),
        found: String(bad),
        where: "optimiser step 7",
      });
    }
    expect(Number.isFinite(globalNorm(Float32Array.of(3e38, 3e38)))).toBe(true);
  });
});
