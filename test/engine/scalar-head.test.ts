/**
 * Models with a scalar head against transformers (scripts/fixtures/reward_models.py): scores within 1e-4, gradients of the linear loss
 * within 1e-3 of the global norm, whole and layer by layer; the gradient against differences; what such a model refuses.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Datum } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { planMemory } from "../../src/engine/onnx/memory/memory-plan.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { layerByLayer } from "../../src/engine/onnx/training/layer-by-layer.js";
import { lossFeeds } from "../../src/engine/onnx/training/loss-feeds.js";
import { scoredSequence } from "../../src/engine/onnx/training/scored-sequence.js";
import { wholeModel } from "../../src/engine/onnx/training/whole-model.js";
import { SCORE } from "../../src/model/parameters.js";
import { readModel } from "../../src/model/read-model.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { compiling } from "./compiling.js";
import { emptyGradient } from "./empty-gradient.js";
import { DEVICE, PLACE, someRows } from "./on-device.js";
import { packed } from "./packed.js";
import { GQA, MHA, temporaryFolder, temporaryModel } from "./tiny-model.js";
import { worst } from "./worst.js";

interface Expected {
  readonly sequences: { readonly prompt: number[]; readonly completion: number[] }[];
  readonly scores: number[];
  readonly weights: number[];
}

const LINEAR = { kind: "linear" } as const;
const fixtures = new URL("../fixtures/reward-models/", import.meta.url).pathname;

const norm = (values: Iterable<number>) => Math.sqrt([...values].reduce((sum, v) => sum + v * v, 0));

for (const variant of readdirSync(fixtures)) {
  const folder = join(fixtures, variant);
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const gradients = readSafetensors(join(folder, "expected.safetensors"));
  const data = expected.sequences.map(
    (sequence, i): Datum => ({
      ...sequence,
      policyVersion: 0,
      weights: Float32Array.of(expected.weights[i]!),
    }),
  );

  describe(`${variant} against transformers`, () => {
    it("scores a ragged batch", async () => {
      const core = new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
      expect(worst(await core.scores(data), expected.scores)).toBeLessThan(1e-4);
      await core.close();
    });

    for (const way of ["whole", "layer by layer"] as const) {
      it(`computes the same gradient, ${way}, in one micro-batch and in several`, async () => {
        const policy = openPolicy({ folder }, null, PLACE);
        const programs = compiling();
        const passes =
          way === "whole" ? wholeModel(programs, someRows()) : layerByLayer(programs, someRows(), 2);
        const all = norm([...gradients.values()].flatMap(({ data }) => [...data]));
        const sequences = data.map((datum) => scoredSequence(policy.config, datum));
        for (const rows of [4, 1]) {
          const gradient = emptyGradient(policy);
          let loss = 0;
          for (const { batch, rows: own } of packed(sequences, rows, policy.config.padToken)) {
            const feeds = lossFeeds(own, LINEAR);
            loss += (await passes.train(policy, batch, LINEAR, feeds, gradient)).loss;
          }
          const linear = expected.scores.reduce((sum, s, i) => sum + s * expected.weights[i]!, 0);
          expect(loss).toBeCloseTo(linear, 4);
          for (const { name } of policy.trained.specs) {
            const found = gradient.part(name)!;
            expect(worst(found, gradients.get(`linear.${name}`)!.data) / all, name).toBeLessThan(1e-3);
          }
        }
      });
    }
  });
}

const sequence = (...tokens: number[]) => ({ prompt: tokens.slice(0, 2), completion: tokens.slice(2) });
const SEQUENCES = [sequence(2, 3, 4, 5, 1), sequence(6, 7, 8), sequence(9, 10, 11, 2, 3, 4, 5, 6)];

describe("a new scalar head on a language model", () => {
  for (const [name, config] of Object.entries({ MHA, GQA })) {
    it(`trains by gradients that differences confirm, ${name}`, async () => {
      const folder = temporaryModel(config, 3, 8);
      const policy = openPolicy({ folder, scalarHead: { seed: 5 } }, null, PLACE);
      expect(policy.config.head).toBe("scalar");
      const weights = [0.5, -1, 0.25];
      const data = SEQUENCES.map((s, i) => ({
        ...s,
        policyVersion: 0,
        weights: Float32Array.of(weights[i]!),
      }));
      const sequences = data.map((datum) => scoredSequence(policy.config, datum));
      const passes = wholeModel(compiling(), someRows());
      const [micro] = packed(sequences, 3);
      const { members, rows, batch } = micro!;
      const gradient = emptyGradient(policy);
      await passes.train(policy, batch, LINEAR, lossFeeds(rows, LINEAR), gradient);
      const loss = async () => {
        const scores = await passes.score(policy, batch, "logprob");
        return members.reduce((sum, member, row) => sum + weights[member]! * scores[row]!, 0);
      };
      // Along the gradient of each parameter: a whole tensor is moved, so that float32 can tell the difference.
      for (const { name: parameter, offset, size } of policy.trained.specs) {
        const view = policy.trained.weights.subarray(offset, offset + size);
        const before = view.slice();
        const direction = gradient.part(parameter)!;
        const length = norm(direction);
        if (length < 1e-3) continue;
        const step = 1e-2 * Math.max(norm(before), 1e-2);
        const at = async (sign: number) => {
          view.forEach((_, i) => {
            view[i] = before[i]! + (sign * step * direction[i]!) / length;
          });
          policy.trained.toTensors();
          const value = await loss();
          view.set(before);
          policy.trained.toTensors();
          return value;
        };
        const slope = ((await at(1)) - (await at(-1))) / (2 * step);
        expect(Math.abs(slope - length) / length, parameter).toBeLessThan(2e-2);
      }
    });
  }

  it("is a function of the seed, and leaves the body as it was", () => {
    const folder = temporaryModel(GQA);
    const open = (seed: number) => openPolicy({ folder, scalarHead: { seed } }, null, PLACE);
    const [first, again, other] = [open(1), open(1), open(2)];
    expect(again.model.weights).toEqual(first.model.weights);
    const head = first.model.specs.find(({ name }) => name === SCORE)!;
    expect(other.model.weights.subarray(head.offset)).not.toEqual(first.model.weights.subarray(head.offset));
    const body = first.model.weights.subarray(0, head.offset);
    expect(body).toEqual(readModel(folder).weights.subarray(0, head.offset));
  });

  it("is saved as transformers lays a sequence classifier out, and read back", async () => {
    const core = new OnnxCore({
      model: { folder: temporaryModel(GQA), scalarHead: { seed: 1 } },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
    const out = temporaryFolder();
    core.saveState(out);
    const json = JSON.parse(readFileSync(join(out, "config.json"), "utf8")) as Record<string, unknown>;
    expect(json).toMatchObject({
      architectures: ["LlamaForSequenceClassification"],
      id2label: { 0: "SCORE" },
      label2id: { SCORE: 0 },
      tie_word_embeddings: true,
    });
    const tensors = readSafetensors(join(out, "model.safetensors"));
    expect(tensors.get(SCORE)!.shape).toEqual([1, GQA.hiddenSize]);
    expect(tensors.has("lm_head.weight")).toBe(false);
    const again = new OnnxCore({ model: { folder: out }, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
    expect(await again.scores(SEQUENCES)).toEqual(await core.scores(SEQUENCES));
  });

  it("scores each sequence whatever it is batched with", async () => {
    const model = { folder: temporaryModel(MHA), scalarHead: { seed: 1 } };
    const core = new OnnxCore({ model, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
    const together = await core.scores(SEQUENCES);
    for (const [i, one] of SEQUENCES.entries())
      expect((await core.scores([one]))[0]).toBeCloseTo(together[i]!, 5);
  });
});

describe("what one kind of head cannot do", () => {
  const scalar = () =>
    new OnnxCore({
      model: { folder: temporaryModel(MHA), scalarHead: { seed: 1 } },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
  const language = () =>
    new OnnxCore({
      model: { folder: temporaryModel(MHA) },
      threads: 1,
      memoryBudgetMiB: 256,
      device: DEVICE,
    });
  const datum = { ...SEQUENCES[0]!, weights: new Float32Array(3), policyVersion: 0 };

  it("is refused by name", async () => {
    const refusal = { code: "engine-head" };
    await expect(
      scalar().sample("current", [{ prompt: [2], n: 1, keys: [[0]] }], { maxTokens: 2, temperature: 1 }),
    ).rejects.toMatchObject(refusal);
    await expect(scalar().logprobs("current", SEQUENCES)).rejects.toMatchObject(refusal);
    await expect(scalar().forwardBackward([datum], { kind: "cross-entropy" })).rejects.toMatchObject(refusal);
    await expect(language().scores(SEQUENCES)).rejects.toMatchObject(refusal);
    await expect(language().forwardBackward([datum], LINEAR)).rejects.toMatchObject(refusal);
  });

  it("says so among its capabilities", () => {
    expect(scalar().capabilities.gaps).toHaveProperty("sample");
    expect(language().capabilities.gaps).toEqual({});
  });

  it("takes one weight a sequence", async () => {
    await expect(scalar().forwardBackward([datum], LINEAR)).rejects.toMatchObject({
      code: "weights-mismatch",
      expected: 1,
    });
  });
});

describe("the memory of a scalar head", () => {
  const shape = openPolicy({ folder: temporaryModel(MHA), scalarHead: { seed: 1 } }, null, PLACE);
  const language = { config: MHA, lora: null };

  it("holds nothing for sampling, and neither moments nor gradients where it only scores", () => {
    const trains = planMemory(shape, { budgetMiB: 256, threads: 1 }).estimate(16, 10, 10);
    expect(trains.sampling).toBe(0);
    expect(trains.optimizer).toBeGreaterThan(0);
    expect(
      planMemory(language, { budgetMiB: 256, threads: 1 }).estimate(16, 10, 10).sampling,
    ).toBeGreaterThan(0);
    const scores = planMemory(shape, { budgetMiB: 256, threads: 1, trains: false }).estimate(16, 10, 10);
    expect(scores).toMatchObject({ sampling: 0, optimizer: 0, gradients: 0, weights: trains.weights });
    expect(scores.total).toBeLessThan(trains.total);
  });
});
