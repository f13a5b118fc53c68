/** Inverse-transform sampling at the edges, where rounding could draw what has no probability. */
import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import { Runner } from "./run.js";

/** The largest u that the engine draws: 24 bits. */
const HIGHEST = 1 - 2 ** -24;
const NEVER = -1e9;

async function draw(logits: readonly number[], us: readonly number[]): Promise<number[]> {
  const g = new Graph("draw");
  const scores = g.input("logits", "float32", ["B", logits.length]);
  g.output("token", ops.sampleCategorical(scores, g.input("u", "float32", ["B", 1])));
  const { token } = await (await Runner.create(g)).run({
    logits: { shape: [us.length, logits.length], data: us.flatMap(() => logits) },
    u: { shape: [us.length, 1], data: us },
  });
  return token!.data;
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

describe("argMax and cutLast", () => {
  it("take the largest, and the last column off", async () => {
    const g = new Graph("cut");
    const x = g.input("x", "float32", ["B", "C+1"]);
    g.input("like", "float32", ["C"]);
    const [head, last] = ops.cutLast(x, "C");
    g.output("largest", ops.argMax(x));
    g.output("head", head);
    g.output("last", last);
    const out = await (await Runner.create(g)).run({
      x: { shape: [2, 3], data: [1, 5, 2, 9, 3, 4] },
      like: { shape: [2], data: [0, 0] },
    });
    expect(out.largest).toEqual({ shape: [2, 1], data: [1, 0] });
    expect(out.head).toEqual({ shape: [2, 2], data: [1, 5, 9, 3] });
    expect(out.last).toEqual({ shape: [2, 1], data: [2, 4] });
  });
});
