/**
 * Every architecture against Hugging Face transformers (scripts/fixtures/models.py): logits, logprobs, gradients of both
 * losses, weights after AdamW, greedy generation. Tolerances, all float32: logits and logprobs 1e-4 absolute; gradients
 * 1e-4 of the global gradient norm; weights after three steps of learning rate 0.01 within 1e-4.
 */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Datum } from "../../src/engine/engine.js";
import { OnnxCore } from "../../src/engine/onnx/core.js";
import { openPolicy } from "../../src/engine/onnx/policy/open-policy.js";
import { Policy } from "../../src/engine/onnx/policy/policy.js";
import { compile } from "../../src/engine/onnx/runtime/program.js";
import { causalMask, positions } from "../../src/engine/onnx/runtime/sequence-feeds.js";
import { floatsOf, integers } from "../../src/engine/onnx/runtime/tensor.js";
import { layerByLayer } from "../../src/engine/onnx/training/layer-by-layer.js";
import { lossFeeds } from "../../src/engine/onnx/training/loss-feeds.js";
import { wholeModel } from "../../src/engine/onnx/training/whole-model.js";
import { Graph } from "../../src/graph/graph.js";
import * as ops from "../../src/graph/ops/index.js";
import {
  causalAttention,
  decoder,
  embed,
  logits,
  parameterInputs,
  ropeInputs,
} from "../../src/model/decoder.js";
import { readModel } from "../../src/model/read-model.js";
import { readSafetensors } from "../../src/model/safetensors.js";
import { compiling } from "./compiling.js";
import { emptyGradient } from "./empty-gradient.js";
import { DEVICE, PLACE, someRows } from "./on-device.js";
import { packed } from "./packed.js";
import { worst } from "./worst.js";

type OracleLoss = "cross-entropy" | "importance-sampling";

interface Expected {
  sequences: { prompt: number[]; completion: number[] }[];
  losses: Record<"cross_entropy" | "importance_sampling", { loss: number; gradient_norm: number }>;
  adamw: {
    learning_rate: number;
    beta1: number;
    beta2: number;
    eps: number;
    weight_decay: number;
    max_gradient_norm: number;
    steps: { loss: number; gradient_norm: number }[];
  };
  greedy: { prompt: number[]; completion: number[] };
}

const LOSS: Record<OracleLoss, "cross_entropy" | "importance_sampling"> = {
  "cross-entropy": "cross_entropy",
  "importance-sampling": "importance_sampling",
};

const fixtures = new URL("../fixtures/models/", import.meta.url).pathname;
const variants = readdirSync(fixtures, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name: variant } of variants) {
  const folder = join(fixtures, variant);
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;
  const tensors = readSafetensors(join(folder, "expected.safetensors"));
  const tensor = (name: string) => tensors.get(name)!.data;
  const core = () => new OnnxCore({ model: { folder }, threads: 1, memoryBudgetMiB: 256, device: DEVICE });
  const data = (loss: OracleLoss): Datum[] =>
    expected.sequences.map(({ prompt, completion }, i) => ({
      prompt,
      completion,
      policyVersion: 0,
      weights: tensor(loss === "cross-entropy" ? `weights.${i}` : `advantages.${i}`),
      logprobs: tensor(`sampler_logprobs.${i}`),
    }));

  describe(`${variant} against transformers`, () => {
    it("computes the same logits", async () => {
      const { config, weights } = readModel(folder);
      const policy = new Policy(config, weights);
      const g = new Graph("logits");
      const params = parameterInputs(g, config);
      const x = embed(params, g.input("ids", "int64", ["B", "T"]));
      const inputs = { x, positions: g.input("positions", "int64", ["B", "T"]), ...ropeInputs(g, config) };
      const mask = g.input("mask", "float32", ["T", "T"]);
      const hidden = decoder(config, params, inputs, causalAttention(config, mask));
      g.output("logits", ops.reshape(logits(config, params, hidden), ["B", "T", config.vocabSize]));
      const program = compile(g, 1, DEVICE);
      for (const [i, { prompt, completion }] of expected.sequences.entries()) {
        const ids = [...prompt, ...completion];
        const outputs = await program.run({
          ...policy.feeds(ids.length),
          ids: integers(BigInt64Array.from(ids, BigInt), [1, ids.length]),
          positions: positions(1, ids.length),
          mask: causalMask(ids.length),
        });
        expect(worst(floatsOf(outputs, "logits"), tensor(`logits.${i}`))).toBeLessThan(1e-4);
      }
    });

    it("scores a ragged batch as each sequence alone", async () => {
      const scored = await core().logprobs("current", expected.sequences);
      for (const [i, logprobs] of scored.entries()) {
        expect(worst(logprobs, tensor(`logprobs.${i}`))).toBeLessThan(1e-4);
      }
    });

    for (const loss of ["cross-entropy", "importance-sampling"] as const) {
      for (const way of ["whole", "layer by layer"] as const) {
        it(`computes the same ${loss} and its gradient, ${way}, in one micro-batch and in three`, async () => {
          const policy = openPolicy({ folder }, null, PLACE);
          const { config } = policy;
          const programs = compiling();
          // Fewer rows reach the vocabulary at a time than are scored.
          const passes =
            way === "whole" ? wholeModel(programs, someRows()) : layerByLayer(programs, someRows(), 4);
          const norm = expected.losses[LOSS[loss]].gradient_norm;
          for (const rows of [3, 1]) {
            const gradient = emptyGradient(policy);
            let total = 0;
            for (const { batch, rows: own } of packed(data(loss), rows, config.padToken)) {
              const feeds = lossFeeds(own, { kind: loss });
              total += (await passes.train(policy, batch, { kind: loss }, feeds, gradient)).loss;
            }
            expect(Math.abs(total - expected.losses[LOSS[loss]].loss)).toBeLessThan(1e-3);
            for (const { name } of policy.trained.specs) {
              const found = gradient.part(name)!;
              expect(worst(found, tensor(`${LOSS[loss]}.${name}`)) / norm, name).toBeLessThan(1e-4);
            }
          }
        });
      }
    }

    it("takes the same three AdamW steps", async () => {
      const engine = core();
      const { adamw } = expected;
      for (const step of adamw.steps) {
        const { loss } = await engine.forwardBackward(data("cross-entropy"), { kind: "cross-entropy" });
        const { gradNorm } = await engine.optimStep({
          learningRate: adamw.learning_rate,
          beta1: adamw.beta1,
          beta2: adamw.beta2,
          eps: adamw.eps,
          weightDecay: adamw.weight_decay,
          gradClipNorm: adamw.max_gradient_norm,
        });
        expect(Math.abs(loss - step.loss) / step.loss).toBeLessThan(1e-3);
        expect(Math.abs(gradNorm - step.gradient_norm) / step.gradient_norm).toBeLessThan(1e-3);
      }
      const out = mkdtempSync(join(tmpdir(), "selftrain-llama-"));
      engine.exportWeights(out);
      const weights = readSafetensors(join(out, "model.safetensors"));
      for (const [name, { data: trained }] of weights) {
        expect(worst(trained, tensor(`adamw.${name}`)), name).toBeLessThan(1e-4);
      }
    });

    it("generates the same greedy completion", async () => {
      const { prompt, completion } = expected.greedy;
      const request = { prompt, n: 1, keys: [[0]] };
      const options = { maxTokens: completion.length, temperature: 0 };
      const generated = await core().sample("current", [request], options);
      expect(generated[0]![0]!.tokens).toEqual(completion);
    });
  });
}
