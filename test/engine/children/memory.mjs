// Usage: memory.mjs CASE.json. Reads a tokenizer, samples and trains once with an engine of this process; prints the peak that was
// estimated and the peak that was reached, in MiB.
import { readFileSync } from "node:fs";
import { planMemory, planOptions } from "../../../dist/engine/onnx/memory/memory-plan.js";
import { OnnxEngine } from "../../../dist/index.js";
import { llamaConfig } from "../../../dist/model/config-file.js";
import { loadTokenizer } from "../../../dist/model/tokenizer/load.js";

const {
  tokenizer: folder,
  shape,
  lora,
  prompts,
  samples,
  promptTokens,
  newTokens,
  loss,
  ...engineOptions
} = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tokenizer = loadTokenizer(folder);
const config = llamaConfig({ ...shape, eosTokens: [1], padToken: 0 });
const spec = { kind: "importance-sampling", ...loss };
const plan = planMemory(
  { config, lora },
  { ...planOptions({ threads: 2, ...engineOptions }, null), loss: spec },
);
const engine = await OnnxEngine.create({
  model: { config, seed: 0 },
  lora: lora && { lora, seed: 0 },
  threads: 2,
  ...engineOptions,
});
const sampler = await engine.refreshSampler();
const requests = Array.from({ length: prompts }, (_, p) => ({
  prompt: Array.from({ length: promptTokens }, (__, t) => 2 + ((p * 7 + t) % 20)),
  n: samples,
  keys: Array.from({ length: samples }, (__, i) => [p, i]),
}));
const groups = await sampler.sample(requests, { maxTokens: newTokens, temperature: 1, stopTokens: [] });
const texts = groups.flat().map(({ tokens }) => tokenizer.decode(tokens));
const data = groups.flatMap((completions, p) =>
  completions.map(({ tokens, logprobs }) => ({
    prompt: requests[p].prompt,
    completion: tokens,
    logprobs,
    weights: new Float32Array(newTokens).fill(1e-3),
    scales: new Float32Array(newTokens).fill(1e-3),
    policyVersion: 0,
  })),
);
const adam = { learningRate: 1e-5, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0, gradClipNorm: 1 };
for (let step = 0; step < 2; step++) {
  await engine.forwardBackward(data, spec);
  await engine.optimStep(adam);
}
const { total, ...parts } = plan.estimate(prompts * samples, promptTokens, newTokens);
const mebibytes = (bytes) => Math.round(bytes / 2 ** 20);
console.log(
  JSON.stringify({
    estimate: mebibytes(total),
    parts: Object.fromEntries(Object.entries(parts).map(([name, bytes]) => [name, mebibytes(bytes)])),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
    words: tokenizer.encode(texts.join(" ")).length,
    layerByLayer: plan.training(promptTokens + newTokens - 1).layerByLayer,
  }),
);
await engine.close();
