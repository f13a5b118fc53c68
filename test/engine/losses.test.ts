/**
 * Every loss against TRL and verl's formulas (scripts/fixtures/losses.py), value and gradient to 1e-6; then through tiny models, whole and
 * layer by layer, where the gradient must be the model's own times the loss's, to 1e-5 of its norm.
 */
import { describe, expect, it } from "vitest";
import { type Aggregation, tokenWeights } from "../../src/core/loss/aggregate.js";
import type { LossSpec } from "../../src/core/loss/loss.js";
import type { Datum } from "../../src/engine/engine.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { layerByLayer } from "../../src/engine/onnx/training/layer-by-layer.js";
import { lossFeeds } from "../../src/engine/onnx/training/loss-feeds.js";
import { split } from "../../src/engine/onnx/training/micro-batch.js";
import type { Passes } from "../../src/engine/onnx/training/passes.js";
import { wholeModel } from "../../src/engine/onnx/training/whole-model.js";
import { Random } from "../../src/random.js";
import fixture from "../fixtures/losses.json" with { type: "json" };
import { compiling } from "./compiling.js";
import { emptyGradient } from "./empty-gradient.js";
import { evaluateLoss } from "./loss-graph.js";
import { PLACE, someRows } from "./on-device.js";
import { packed } from "./packed.js";
import { GQA, MHA, temporaryModel } from "./tiny-model.js";

const { batch } = fixture;
const vocabulary = batch.logits[0]![0]!.length;

/** The fixture's batch, weighted as an aggregation says. */
function fixtureData(mode: Aggregation): Datum[] {
  const options = { mode, constantLength: batch.constantLength };
  const [weights] = tokenWeights([batch.lengths], [batch.advantages], options);
  const [scales] = tokenWeights([batch.lengths], [batch.lengths.map(() => 1)], options);
  return batch.lengths.map((_, i) => ({
    prompt: [0],
    completion: batch.targets[i]!,
    policyVersion: 0,
    weights: weights![i]!,
    scales: scales![i]!,
    logprobs: Float32Array.from(batch.sampler[i]!),
    reference: Float32Array.from(batch.reference[i]!),
  }));
}

describe("against TRL and verl", () => {
  it.each(fixture.cases.map((c) => [c.by, c.aggregation, JSON.stringify(c.loss), c] as const))(
    "%s, %s: %s",
    async (_by, _mode, _name, c) => {
      const logits = c.on === "logits";
      const given = (logits ? batch.logits : batch.logprobs).map((own) =>
        Float32Array.from((own as (number | number[])[]).flat()),
      );
      const data = fixtureData(c.aggregation as Aggregation);
      const found = await evaluateLoss(c.loss as LossSpec, data, given, logits ? vocabulary : null);
      expect(Math.abs(found.loss - c.value)).toBeLessThan(1e-6);
      c.gradient.forEach((own, i) => {
        const expected = (own as (number | number[])[]).flat();
        expect(found.gradient[i]!.length).toBe(expected.length);
        expected.forEach((value, t) => {
          expect(Math.abs(found.gradient[i]![t]! - value)).toBeLessThan(1e-6);
        });
      });
      if (c.clipped !== null) {
        const tokens = batch.lengths.reduce((a, b) => a + b, 0);
        expect(found.clipped / tokens).toBeCloseTo(c.clipped, 6);
      }
    },
  );
});

describe("the gradient of a KL term, on average over what the policy may sample", () => {
  const p = [0.5, 0.3, 0.2];
  const q = [0.2, 0.2, 0.6];
  const logits = p.map(Math.log);
  const kl = p.reduce((sum, pi, i) => sum + pi * Math.log(pi / q[i]!), 0);
  const reverse = p.map((pi, i) => pi * (Math.log(pi / q[i]!) - kl));
  const forward = p.map((pi, i) => pi - q[i]!);

  it.each([
    ["k1", false, [0, 0, 0], "nothing at all: it holds the policy to nothing"],
    ["k2", false, reverse, "that of KL(π‖π_ref)"],
    ["k3", false, forward, "that of KL(π_ref‖π)"],
    ["k1", true, reverse, "that of KL(π‖π_ref)"],
    ["k3", true, reverse, "that of KL(π‖π_ref)"],
  ] as const)("%s, corrected %s", async (estimator, corrected, expected, _) => {
    // Every token once, as often as the policy samples it: its probability is its share of the batch.
    const data = p.map(
      (probability, token): Datum => ({
        prompt: [0],
        completion: [token],
        policyVersion: 0,
        weights: Float32Array.of(0),
        scales: Float32Array.of(probability),
        logprobs: Float32Array.of(logits[token]!),
        reference: Float32Array.of(Math.log(q[token]!)),
      }),
    );
    const loss = { kind: "importance-sampling", kl: { estimator, coefficient: 1, corrected } } as const;
    const { gradient } = await evaluateLoss(
      loss,
      data,
      p.map(() => Float32Array.from(logits)),
      3,
    );
    expected.forEach((value, v) => {
      expect(gradient.reduce((sum, own) => sum + own[v]!, 0)).toBeCloseTo(value, 6);
    });
  });
});

const CLIP = { low: 0.1, high: 0.15 } as const;
const KL = { estimator: "k3", coefficient: 0.2, corrected: false } as const;
const LOSSES: readonly LossSpec[] = [
  { kind: "importance-sampling" },
  { kind: "importance-sampling", kl: { ...KL, estimator: "k1", corrected: true } },
  { kind: "ppo-clip", ...CLIP },
  { kind: "ppo-clip", ...CLIP, dualClip: 1.3, kl: { ...KL, estimator: "k2" } },
  { kind: "gspo", ...CLIP },
  { kind: "gspo", low: 0.02, high: 0.03, kl: KL },
  { kind: "cispo", ...CLIP },
];

/** Sequences of unlike lengths, weighted token by token, whose sampler and reference are other policies. */
function someData(passes: (i: number, T: number) => Float32Array): Datum[] {
  const random = new Random(3);
  return [7, 1, 5, 9, 3].map((length, i) => {
    const completion = Array.from({ length }, () => random.int(2, 11));
    const around = (values: Float32Array, shift: number) =>
      values.map((v) => v + shift + 0.3 * (2 * random.next() - 1));
    const own = passes(i, length);
    return {
      prompt: [2 + i, 3],
      completion,
      policyVersion: 0,
      weights: new Float32Array(length).fill((i % 2 === 0 ? 1 : -0.7) / 25),
      scales: new Float32Array(length).fill(1 / 25),
      // The first two have moved far enough, as sequences, to be clipped.
      logprobs: around(own, [-0.25, 0.25, 0, 0, 0][i]!),
      reference: around(own, 0),
    };
  });
}

for (const [title, config] of [
  ["untied", MHA],
  ["tied, grouped queries", GQA],
] as const) {
  const policy = openPolicy({ folder: temporaryModel(config, 2) }, null, PLACE);
  const programs = compiling();
  const ways: Record<string, Passes> = {
    whole: wholeModel(programs, someRows()),
    "layer by layer": layerByLayer(programs, someRows(), 64),
    // Sequences lie in several chunks, and chunks hold several sequences.
    "layer by layer, in chunks of 4 rows": layerByLayer(programs, someRows(), 4),
  };

  const run = async (passes: Passes, data: readonly Datum[], loss: LossSpec) => {
    const gradient = emptyGradient(policy);
    const logprobs: Float32Array[] = data.map(() => new Float32Array(0));
    const sums = { loss: 0, clipped: 0, entropy: 0 };
    for (const { members, rows, batch } of packed(data, 3)) {
      const result = await passes.train(policy, batch, loss, lossFeeds(rows, loss), gradient);
      for (const name of ["loss", "clipped", "entropy"] as const) sums[name] += result[name];
      for (const [row, own] of split(result.logprobs, rows).entries()) logprobs[members[row]!] = own;
    }
    return { ...sums, logprobs, gradient: gradient.values };
  };

  const norm = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0));
  const apart = (a: Float32Array, b: Float32Array) => norm(a.map((v, i) => v - b[i]!)) / norm(b);

  /** Data around the policy's own logprobs, found by scoring them. */
  const prepared = async () => {
    const bare = someData((_, T) => new Float32Array(T));
    const { logprobs } = await run(ways.whole!, bare, { kind: "cross-entropy" });
    return someData((i) => logprobs[i]!);
  };

  describe(`through a model, ${title}`, () => {
    for (const [way, passes] of Object.entries(ways)) {
      it.each(LOSSES.map((loss) => [JSON.stringify(loss), loss] as const))(
        `${way}: the gradient of %s is the loss's derivative times the model's`,
        async (_, loss) => {
          const data = await prepared();
          const found = await run(passes, data, loss);
          const alone = await evaluateLoss(loss, data, found.logprobs);
          expect(found.loss).toBeCloseTo(alone.loss, 5);
          expect(found.clipped).toBe(alone.clipped);
          if ("low" in loss) expect(found.clipped).toBeGreaterThan(0);
          const derivative = data.map((d, i) => ({ ...d, weights: alone.gradient[i]!.map((v) => -v) }));
          const expected = await run(ways.whole!, derivative, { kind: "cross-entropy" });
          expect(norm(expected.gradient)).toBeGreaterThan(0.01);
          expect(apart(found.gradient, expected.gradient)).toBeLessThan(1e-5);
        },
      );

      it(`${way}: the entropy bonus has the gradient of the entropy, by differences`, async () => {
        const data = (await prepared()).map((d) => ({ ...d, weights: d.weights.map(() => 0) }));
        const loss = { kind: "importance-sampling", entropyBonus: 1 } as const;
        const { gradient, entropy } = await run(passes, data, loss);
        expect(entropy / 25).toBeGreaterThan(0);
        expect(entropy / 25).toBeLessThan(Math.log(config.vocabSize));
        const { weights } = policy.trained;
        const before = weights.slice();
        const along = norm(gradient);
        const at = async (by: number) => {
          weights.set(before.map((w, i) => w + (by * gradient[i]!) / along));
          policy.trained.toTensors();
          return (await run(passes, data, loss)).loss;
        };
        const h = 4e-3;
        const slope = ((await at(h)) - (await at(-h))) / (2 * h);
        weights.set(before);
        policy.trained.toTensors();
        expect(slope / along).toBeCloseTo(1, 2);
      });
    }
  });
}
