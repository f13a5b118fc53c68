/** The gradient of a preference loss through a model, by differences of the loss itself. */
import { expect, it } from "vitest";
import { finetuneConfigSchema } from "../../../src/config/finetune-config.js";
import type { VotedPrompt } from "../../../src/core/preference/voted-prompt.js";
import type { Datum, Engine } from "../../../src/engine/engine.js";
import { openPolicy } from "../../../src/engine/onnx/policy/open-policy.js";
import { lossFeeds } from "../../../src/engine/onnx/training/loss-feeds.js";
import { split } from "../../../src/engine/onnx/training/micro-batch.js";
import { wholeModel } from "../../../src/engine/onnx/training/whole-model.js";
import { Random } from "../../../src/random.js";
import { pairData, pairScores } from "../../../src/training/finetune/update.js";
import { compiling } from "../../engine/compiling.js";
import { emptyGradient } from "../../engine/empty-gradient.js";
import { PLACE, someRows } from "../../engine/on-device.js";
import { packed } from "../../engine/packed.js";
import { GQA, temporaryModel } from "../../engine/tiny-model.js";

const policy = openPolicy({ folder: temporaryModel(GQA, 4) }, null, PLACE);
const passes = wholeModel(compiling(), someRows());

/** Cross-entropy through the model: logprobs and gradient. */
async function run(data: readonly Datum[]) {
  const gradient = emptyGradient(policy);
  const logprobs: Float32Array[] = data.map(() => new Float32Array(0));
  const loss = { kind: "cross-entropy" } as const;
  for (const { members, rows, batch } of packed(data, 4)) {
    const result = await passes.train(policy, batch, loss, lossFeeds(rows, loss), gradient);
    for (const [row, own] of split(result.logprobs, rows).entries()) logprobs[members[row]!] = own;
  }
  return { logprobs, gradient: gradient.values };
}

/** The part of an engine that scoring pairs takes. */
const engine = {
  policyVersion: 0,
  refreshSampler: async () => ({
    logprobs: async (data: readonly Pick<Datum, "prompt" | "completion">[]) =>
      (
        await run(
          data.map((d) => ({ ...d, weights: new Float32Array(d.completion.length), policyVersion: 0 })),
        )
      ).logprobs,
    release: async () => {},
  }),
} as unknown as Engine;

const random = new Random(8);
const votes: VotedPrompt[] = [3, 5].map((length, i) => ({
  prompt: { id: `p${i}`, text: "" },
  promptTokens: [2 + i, 3],
  completions: [length, 2 + i, 4].map((tokens) => ({
    text: "",
    tokens: Array.from({ length: tokens }, () => random.int(2, 11)),
    finish: "stop",
    answer: null,
    usable: true,
  })),
  label: "1",
  agreement: 0.6,
}));
const pairs = [
  { prompt: 0, chosen: 0, rejected: 1, weight: 0.4 },
  { prompt: 1, chosen: 2, rejected: 0, weight: 0.9 },
  { prompt: 1, chosen: 1, rejected: 0, weight: 0.9 },
];

it.each([
  ["dpo", { labelSmoothing: 0.1 }],
  ["scpo", {}],
] as const)("%s: moving along the gradient changes the loss by its length", async (objective, keys) => {
  const config = finetuneConfigSchema.parse({
    model: "m",
    output: "o",
    prompts: { task: "gcd" },
    objective,
    ...keys,
  });
  // A reference that the policy has moved away from, so that no margin is 0.
  const own = await pairScores(votes, pairs, engine);
  const reference = {
    chosen: own.chosen.map((value, i) => value - 1 + i),
    rejected: own.rejected.map((value, i) => value + i / 2),
  };
  const prepare = () => pairData(votes, pairs, reference, config, engine);
  const { data, figures } = await prepare();
  expect(figures.loss).toBeGreaterThan(0);
  const { gradient } = await run(data);
  const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  expect(norm).toBeGreaterThan(0.01);

  const { weights } = policy.trained;
  const before = weights.slice();
  const at = async (by: number) => {
    weights.set(before.map((w, i) => w + (by * gradient[i]!) / norm));
    policy.trained.toTensors();
    return (await prepare()).figures.loss!;
  };
  const h = 4e-3;
  const slope = ((await at(h)) - (await at(-h))) / (2 * h);
  weights.set(before);
  policy.trained.toTensors();
  expect(slope / norm).toBeCloseTo(1, 2);
});
