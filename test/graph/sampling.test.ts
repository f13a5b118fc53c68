/** Inverse-transform sampling at the edges, where rounding could draw what has no probability. */
import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { Runner } from "./run.js";

/** The largest u that the engine draws: 24 bits. */
const HIGHEST = 1 - 2 ** -24;
const NEVER = -1e9;

/** Rows of one run. */
const ROWS = 1000;

/** A token of these logits for each u. */
async function draw(logits: readonly number[], us: readonly number[]): Promise<number[]> {
  const g = new Graph("draw");
  const row = g.input("logits", "float32", [1, logits.length]);
  const u = g.input("u", "float32", ["B", 1]);
  const scores = ops.add(row, ops.mul(u, g.float(0)));
  g.output("token", ops.sampleCategorical(scores, u));
  const runner = await Runner.create(g);
  const tokens: number[] = [];
  for (let at = 0; at < us.length; at += ROWS) {
    const part = us.slice(at, at + ROWS);
    const { token } = await runner.run({
      logits: { shape: [1, logits.length], data: logits },
      u: { shape: [part.length, 1], data: part },
    });
    tokens.push(...token!.data);
  }
  return tokens;
}

describe("sampleCategorical", () => {
  it("gives each token the part of [0, 1) that its probability is", async () => {
    const logits = [0.1, 0.2, 0.3, 0.4].map(Math.log);
    expect(await draw(logits, [0, 0.099, 0.101, 0.299, 0.301, 0.599, 0.601, HIGHEST])).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3,
    ]);
  });

  it("never draws a token without probability, at either end", async () => {
    expect(await draw([NEVER, 0, NEVER], [0, 0.5, HIGHEST])).toEqual([1, 1, 1]);
    expect(await draw([NEVER, NEVER, 0], [0, HIGHEST])).toEqual([2, 2]);
    expect(await draw([0, NEVER, NEVER], [0, HIGHEST])).toEqual([0, 0]);
  });

  it("stays inside a vocabulary whose probabilities do not add up to 1 in single precision", async () => {
    for (const vocab of [3, 7, 5000]) {
      const [token] = await draw(new Array<number>(vocab).fill(0), [HIGHEST]);
      expect(token).toBeGreaterThanOrEqual(0);
      expect(token).toBeLessThan(vocab);
    }
    const tail = Array.from({ length: 3000 }, (_, i) => (i < 2000 ? 0 : NEVER));
    expect((await draw(tail, [HIGHEST]))[0]).toBeLessThan(2000);
  });
});

describe("a large vocabulary, drawn from in two steps", () => {
  /** Logits that leave probability to some tokens only, in proportion to their weights. */
  const only = (vocab: number, weights: Readonly<Record<number, number>>) =>
    Array.from({ length: vocab }, (_, token) => (weights[token] ? Math.log(weights[token]) : NEVER));

  // 1024 and 49152 split evenly; 5003 is prime, 2102 has no divisor near its root.
  it.each([1024, 49152, 5003, 2102])("of %i tokens gives each its part of [0, 1)", async (vocab) => {
    const [a, b, c] = [Math.floor(vocab / 7), Math.floor(vocab / 2), vocab - 1];
    const logits = only(vocab, { [a]: 0.25, [a + 1]: 0.25, [b]: 0.125, [c]: 0.375 });
    const us = [0, 0.249, 0.251, 0.499, 0.501, 0.624, 0.626, HIGHEST];
    expect(await draw(logits, us)).toEqual([a, a, a + 1, a + 1, b, b, c, c]);
  });

  it("never draws a token without probability, whatever rounds", async () => {
    const vocab = 3001;
    const allowed = new Set(Array.from({ length: 40 }, (_, i) => (i * 73 + 11) % vocab));
    const logits = only(vocab, Object.fromEntries([...allowed].map((token) => [token, 1 / 40])));
    const us = Array.from({ length: 2000 }, (_, i) => Math.min(HIGHEST, i / 1999));
    for (const token of await draw(logits, us)) expect(allowed.has(token)).toBe(true);
  });

  it("draws as often as the probabilities say", async () => {
    const vocab = 2048;
    const draws = 40000;
    const weights = Array.from({ length: vocab }, (_, token) => 1 + (token % 5));
    const total = weights.reduce((a, b) => a + b, 0);
    const us = Array.from({ length: draws }, (_, i) => Math.floor(((i + 0.5) / draws) * 2 ** 24) / 2 ** 24);
    const counts = new Map<number, number>();
    for (const token of await draw(weights.map(Math.log), us)) {
      counts.set(token, (counts.get(token) ?? 0) + 1);
    }
    // Evenly spaced u: every count is within two of its expectation.
    weights.forEach((weight, token) => {
      expect(Math.abs((counts.get(token) ?? 0) - (draws * weight) / total)).toBeLessThan(2);
    });
  });
});

describe("argMax, padLast and takeFirst", () => {
  it("take the largest, and add and drop last columns", async () => {
    const g = new Graph("cut");
    const x = g.input("x", "float32", ["B", 3]);
    g.output("largest", ops.argMax(x));
    g.output("padded", ops.padLast(x, 4));
    g.output("first", ops.takeFirst(x, 2));
    g.output("same", ops.takeFirst(ops.padLast(x, 3), 3));
    const data = [1, 5, 2, 9, 3, 4];
    const out = await (await Runner.create(g)).run({ x: { shape: [2, 3], data } });
    expect(out.largest).toEqual({ shape: [2, 1], data: [1, 0] });
    expect(out.padded).toEqual({ shape: [2, 4], data: [1, 5, 2, 0, 9, 3, 4, 0] });
    expect(out.first).toEqual({ shape: [2, 2], data: [1, 5, 9, 3] });
    expect(out.same).toEqual({ shape: [2, 3], data });
  });
});
