/**
 * Every operator's gradient rule against numerical differentiation: for a random cotangent c and L = Σ c ⊙ f(x), the
 * derivative along random directions by a five-point stencil, in float32. Tolerance: 2e-3 of the gradient's scale.
 */
import { describe, expect, it } from "vitest";
import { gradients } from "../../src/graph/autodiff.js";
import { elements, Graph, type Shape, type Value } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { gradientRules } from "../../src/graph/rules/index.js";
import { Random } from "../../src/random.js";
import { Runner } from "./run.js";

interface Case {
  /** Operators whose rules the case exercises. */
  readonly covers: readonly string[];
  readonly inputs: readonly Shape[];
  readonly build: (...inputs: Value[]) => Value;
  /** Range of the inputs; (−1, 1) when left out. */
  readonly range?: readonly [number, number];
}

const sizes: Readonly<Record<string, number>> = { B: 2, T: 3 };
const int = (v: Value, data: number[], shape: number[]) => v.graph.int(data, shape);

const cases: Readonly<Record<string, Case>> = {
  "add, broadcast": { covers: ["Add"], inputs: [["B", 3], [3]], build: (a, b) => ops.add(a, b) },
  "sub, broadcast in the middle": {
    covers: ["Sub"],
    inputs: [
      [2, 3, 4],
      [2, 1, 4],
    ],
    build: (a, b) => ops.sub(a, b),
  },
  "mul, broadcast": {
    covers: ["Mul"],
    inputs: [
      [2, 3],
      [2, 1],
    ],
    build: (a, b) => ops.mul(a, b),
  },
  "mul of a value with itself": { covers: ["Mul"], inputs: [[5]], build: (a) => ops.mul(a, a) },
  div: { covers: ["Div"], inputs: [[2, 3], [3]], range: [0.5, 2], build: (a, b) => ops.div(a, b) },
  minimum: {
    covers: ["Min"],
    inputs: [[40], [40]],
    build: (a, b) => ops.minimum(ops.mul(a, a.graph.float(5)), b),
  },
  maximum: {
    covers: ["Max"],
    inputs: [[40], [1]],
    build: (a, b) => ops.maximum(ops.mul(a, a.graph.float(5)), b),
  },
  neg: { covers: ["Neg"], inputs: [[4]], build: (a) => ops.neg(a) },
  exp: { covers: ["Exp"], inputs: [[4]], build: (a) => ops.exp(a) },
  log: { covers: ["Log"], inputs: [[4]], range: [0.5, 2], build: (a) => ops.log(a) },
  sqrt: { covers: ["Sqrt"], inputs: [[4]], range: [0.5, 2], build: (a) => ops.sqrt(a) },
  reciprocal: { covers: ["Reciprocal"], inputs: [[4]], range: [0.5, 2], build: (a) => ops.reciprocal(a) },
  sigmoid: { covers: ["Sigmoid"], inputs: [[4]], range: [-3, 3], build: (a) => ops.sigmoid(a) },
  tanh: { covers: ["Tanh"], inputs: [[4]], build: (a) => ops.tanh(a) },
  silu: { covers: ["QuickGelu"], inputs: [[8]], range: [-3, 3], build: (a) => ops.silu(a) },
  "gelu, tanh approximation": {
    covers: ["FastGelu"],
    inputs: [[8]],
    range: [-3, 3],
    build: (a) => ops.geluTanh(a),
  },
  where: {
    covers: ["Where"],
    inputs: [[2, 6], [6]],
    build: (a, b) => ops.where(ops.less(int(a, [1, 9, 2, 9, 3, 9], [6]), int(a, [5], [1])), a, b),
  },
  "reduce sum": { covers: ["ReduceSum"], inputs: [["B", 3, 4]], build: (a) => ops.reduceSum(a, [0, 2]) },
  "reduce mean, dims kept": {
    covers: ["ReduceMean"],
    inputs: [[2, 3, 4]],
    build: (a) => ops.reduceMean(a, [1], true),
  },
  softmax: { covers: ["Softmax"], inputs: [[2, 3, 5]], range: [-2, 2], build: (a) => ops.softmax(a) },
  "log softmax": {
    covers: ["LogSoftmax"],
    inputs: [[3, 5]],
    range: [-2, 2],
    build: (a) => ops.logSoftmax(a),
  },
  "reshape to named dimensions": {
    covers: ["Reshape"],
    inputs: [["B", "T", 4]],
    build: (a) => ops.reshape(ops.reshape(a, ["N", 2, 2]), ["B", "T", 2, 2]),
  },
  transpose: { covers: ["Transpose"], inputs: [[2, 3, 4]], build: (a) => ops.transpose(a, [2, 0, 1]) },
  concat: {
    covers: ["Concat"],
    inputs: [
      [2, 3],
      [2, 2],
    ],
    build: (a, b) => ops.concat([a, b], -1),
  },
  "split, one part unused": {
    covers: ["Split"],
    inputs: [[2, 7]],
    build: (a) => {
      const [x, , z] = ops.split(a, [3, 2, 2], 1) as [Value, Value, Value];
      return ops.concat([x, ops.mul(z, z)], 1);
    },
  },
  expand: { covers: ["Expand"], inputs: [[2, 1, 3], ["B"]], build: (a) => ops.expand(a, ["B", 4, 3]) },
  "pick distinct rows": {
    covers: ["GatherND"],
    inputs: [[5, 3]],
    build: (a) => ops.pickDistinctRows(a, int(a, [4, 0, 3], [3])),
  },
  "gather rows, some repeated": {
    covers: ["Gather"],
    inputs: [[5, 3]],
    build: (a) => ops.gatherRows(a, int(a, [0, 2, 2, 4, 2, 0], [2, 3])),
  },
  "gather elements": {
    covers: ["GatherElements"],
    inputs: [[3, 5]],
    build: (a) => ops.gatherElements(a, int(a, [1, 4, 0], [3, 1])),
  },
  matmul: {
    covers: ["MatMul"],
    inputs: [
      [3, 4],
      [4, 2],
    ],
    build: (a, b) => ops.matMul(a, b),
  },
  "matmul, shared right matrix": {
    covers: ["MatMul"],
    inputs: [
      ["B", 3, 4],
      [4, 2],
    ],
    build: (a, b) => ops.matMul(a, b),
  },
  "matmul, batch broadcast": {
    covers: ["MatMul"],
    inputs: [
      [2, 2, 3, 4],
      [2, 1, 4, 5],
    ],
    build: (a, b) => ops.matMul(a, b),
  },
  "matmul, left transposed": {
    covers: ["FusedMatMul"],
    inputs: [
      [4, 3],
      [4, 2],
    ],
    build: (a, b) => ops.matMul(a, b, { transA: true, alpha: 0.5 }),
  },
  "matmul, right transposed": {
    covers: ["FusedMatMul"],
    inputs: [
      [2, 3, 4],
      [2, 5, 4],
    ],
    build: (a, b) => ops.matMul(a, b, { transB: true, alpha: 0.5 }),
  },
  "matmul, both transposed": {
    covers: ["FusedMatMul"],
    inputs: [
      [2, 4, 3],
      [2, 5, 4],
    ],
    build: (a, b) => ops.matMul(a, b, { transA: true, transB: true }),
  },
  linear: {
    covers: ["FusedMatMul"],
    inputs: [
      ["B", "T", 4],
      [5, 4],
    ],
    build: (x, w) => ops.linear(x, w),
  },
  "rms norm": {
    covers: ["SimplifiedLayerNormalization"],
    inputs: [["B", 3, 6], [6]],
    build: (x, scale) => ops.rmsNorm(x, scale, 1e-2),
  },
  "rotary embedding": {
    covers: ["RotaryEmbedding"],
    inputs: [["B", 2, "T", 4]],
    build: (x) => {
      const g = x.graph;
      const angle = [0, 0, 0.3, 0.1, 0.6, 0.2, 0.9, 0.3];
      const cos = g.float(angle.map(Math.cos), [4, 2]);
      const sin = g.float(angle.map(Math.sin), [4, 2]);
      return ops.rotaryEmbedding(x, int(x, [0, 1, 2, 1, 2, 3], [2, 3]), cos, sin);
    },
  },
};

async function check({ inputs, build, range = [-1, 1] }: Case, seed: number): Promise<void> {
  const g = new Graph("check");
  const shapes = inputs.map((shape) => shape.map((d) => (typeof d === "number" ? d : (sizes[d] as number))));
  const values = inputs.map((shape, i) => g.input(`x${i}`, "float32", shape));
  const y = build(...values);
  const random = new Random(seed);
  const draw = (n: number, low: number, high: number) =>
    Array.from({ length: n }, () => low + (high - low) * random.next());
  const ySizes = { ...sizes, N: 6 };
  const c = g.input("c", "float32", y.shape);
  const loss = ops.sumAll(ops.mul(y, c));
  g.output("loss", loss);
  const used = values.filter((_, i) => i === 0 || inputs.length === 1 || !onlyShape(inputs[i] as Shape));
  gradients(loss, used).forEach((grad, i) => {
    expect(grad.shape).toEqual(used[i]?.shape);
    g.output(`d_${used[i]?.name}`, grad);
  });

  const runner = await Runner.create(g);
  const points = shapes.map((s) => draw(elements(s), range[0], range[1]));
  const cotangent = {
    shape: y.shape.map((d) => (typeof d === "number" ? d : (ySizes as Record<string, number>)[d]!)),
    data: [] as number[],
  };
  cotangent.data = draw(elements(cotangent.shape), -1, 1);
  const feed = (at: readonly (readonly number[])[]) => ({
    c: cotangent,
    ...Object.fromEntries(at.map((data, i) => [`x${i}`, { shape: shapes[i] as number[], data }])),
  });
  const lossAt = async (at: readonly (readonly number[])[]) =>
    (await runner.run(feed(at))).loss?.data[0] as number;
  const analytic = await runner.run(feed(points));

  const h = 0.02;
  for (const value of used) {
    const i = values.indexOf(value);
    const grad = analytic[`d_x${i}`]?.data as number[];
    expect(grad.some((v) => v !== 0)).toBe(true);
    for (let trial = 0; trial < 4; trial++) {
      const direction = draw(grad.length, -1, 1);
      const along = (t: number) =>
        points.map((p, j) => (j === i ? p.map((v, k) => v + t * (direction[k] as number)) : p));
      const [a, b, d, e] = [
        await lossAt(along(-2 * h)),
        await lossAt(along(-h)),
        await lossAt(along(h)),
        await lossAt(along(2 * h)),
      ];
      const numeric = (a - 8 * b + 8 * d - e) / (12 * h);
      const exact = grad.reduce((sum, v, k) => sum + v * (direction[k] as number), 0);
      const scale = Math.max(1, Math.sqrt(grad.reduce((sum, v) => sum + v * v, 0)));
      expect(Math.abs(numeric - exact) / scale).toBeLessThan(2e-3);
    }
  }
}

/** Inputs that only lend a named dimension to the graph. */
const onlyShape = (shape: Shape) => shape.length === 1 && shape[0] === "B";

describe("gradient rules against numerical differentiation", () => {
  for (const [name, testCase] of Object.entries(cases)) {
    it(name, () => check(testCase, 7));
  }

  it("covers every rule in the table", () => {
    const covered = new Set(Object.values(cases).flatMap((c) => c.covers));
    const untested = Object.keys(gradientRules).filter((op) => !covered.has(op));
    expect(untested).toEqual([]);
  });
});

describe("gradients", () => {
  it("adds the contributions of every use of a value", async () => {
    const g = new Graph("fan-out");
    const x = g.input("x", "float32", [2]);
    const y = ops.sumAll(ops.add(ops.mul(x, x), ops.add(x, x)));
    g.output("dx", gradients(y, [x])[0] as Value);
    const { dx } = await (await Runner.create(g)).run({ x: { shape: [2], data: [3, -1] } });
    expect(dx?.data).toEqual([8, 0]);
  });

  it("does not pass through stopGradient", async () => {
    const g = new Graph("stop");
    const x = g.input("x", "float32", [2]);
    g.output("dx", gradients(ops.sumAll(ops.mul(x, ops.stopGradient(x))), [x])[0] as Value);
    const { dx } = await (await Runner.create(g)).run({ x: { shape: [2], data: [3, -1] } });
    expect(dx?.data).toEqual([3, -1]);
  });

  it("refuses a value without influence, a tensor, and an operator without a rule", () => {
    const g = new Graph("refused");
    const x = g.input("x", "float32", [2]);
    const other = g.input("other", "float32", [2]);
    expect(() => gradients(ops.sumAll(x), [other])).toThrow(/does not influence/);
    expect(() => gradients(x, [x])).toThrow(/expected a scalar/);
    const [odd] = g.add({ op: "Erf", inputs: [x], outputs: [x] });
    expect(() => gradients(ops.sumAll(odd as Value), [x])).toThrow(/Erf has no gradient rule/);
  });
});
