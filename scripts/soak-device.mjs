/**
 * Trains a tiny model on the graphics device, step after step as a run does (a draw, gradients, an optimiser step), and says whether anything
 * grows: `node --expose-gc scripts/soak-device.mjs [STEPS]` (1000). Prints the memory of the process and of tensors on the device in the middle
 * and at the end. The exit code is 1 where one of them has grown over the second half, a step leaves more values than the one before, or
 * anything is held when the engine is closed. The process's memory holds that of a software device too; of a card it holds none.
 */
import { openRuntime } from "../dist/engine/onnx/c-api/runtime.js";
import { OnnxCore } from "../dist/engine/onnx/core.js";
import { llamaConfig } from "../dist/model/config-file.js";

const STEPS = Number(process.argv[2] ?? 1000);
const MIB = 2 ** 20;
/** Of the process: 32 KiB leaked by each step of the second half would be seen at the default number. */
const GROWTH = 16 * MIB;
/** Of tensors on the device, whose sizes are those of completions that end when they end. */
const LARGER = 1.1;
const ADAM = { learningRate: 1e-3, beta1: 0.9, beta2: 0.95, eps: 1e-8, weightDecay: 0.01, gradClipNorm: 1 };
/** Sizes that steps have in turn: tokens of the prompts, and the most of a completion. */
const SIZES = [
  [3, 8],
  [5, 6],
  [2, 12],
];
const PROMPTS = 4;
const SAMPLES = 4;

const config = llamaConfig({
  hiddenSize: 32,
  feedForward: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  vocabSize: 64,
  contextLength: 64,
  tiedHead: true,
  eosTokens: [1],
  padToken: 0,
});

const { held } = openRuntime();
const core = new OnnxCore({ model: { config, seed: 1 }, threads: 1, memoryBudgetMiB: 512, device: "gpu" });

async function step(i) {
  const [promptLength, maxTokens] = SIZES[i % SIZES.length];
  const requests = Array.from({ length: PROMPTS }, (_, p) => ({
    prompt: Array.from({ length: promptLength }, (_, t) => 2 + ((7 * p + 11 * t + i) % 60)),
    n: SAMPLES,
    keys: Array.from({ length: SAMPLES }, (_, s) => [i, p, s]),
  }));
  const groups = await core.sample("current", requests, { maxTokens, temperature: 1 });
  const data = groups.flatMap((group, p) =>
    group.map(({ tokens, logprobs }, s) => ({
      prompt: requests[p].prompt,
      completion: tokens,
      logprobs,
      weights: new Float32Array(tokens.length).fill((s % 2 ? 1 : -1) / (PROMPTS * SAMPLES * maxTokens)),
      policyVersion: core.policyVersion,
    })),
  );
  await core.forwardBackward(data, { kind: "importance-sampling" });
  const { gradNorm } = await core.optimStep(ADAM);
  if (!(gradNorm > 0)) throw new Error(`step ${i} has the norm ${gradNorm}`);
}

function rss() {
  globalThis.gc();
  return process.memoryUsage().rss;
}

const half = STEPS >> 1;
/** The most bytes on the device at the end of a step of either half. */
const most = [0, 0];
let [values, middle] = [0, 0];
for (let i = 0; i < STEPS; i++) {
  await step(i);
  if (i > 1 && held.values !== values) throw new Error(`step ${i} leaves ${JSON.stringify(held)}`);
  values = held.values;
  most[Number(i >= half)] = Math.max(most[Number(i >= half)], held.deviceBytes);
  if (i === half) middle = rss();
}
const end = rss();
core.close();

const mebibytes = (bytes) => Math.round((100 * bytes) / MIB) / 100;
const report = {
  steps: STEPS,
  values,
  processMiB: [middle, end].map(mebibytes),
  deviceMiB: most.map(mebibytes),
  held,
};
console.log(JSON.stringify(report));
const left = held.values + held.sessions + held.deviceBytes > 0;
if (left || end - middle > GROWTH || most[1] > LARGER * most[0]) process.exitCode = 1;
