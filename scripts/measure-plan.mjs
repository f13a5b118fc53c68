/**
 * Measures small steps on the embedded engine and compares them with `selftrain plan`'s arithmetic: a few of them give the constants of this
 * machine (products a second of training and of sampling, bandwidth, time a layer), all others are predicted from these, and so are short runs of
 * self-training, embedded and over HTTP. Processor seconds of one thread, so that other work on the machine matters little.
 *
 *   npm run build && node scripts/measure-plan.mjs [repetitions]
 *
 * `constants` are those of `devices.cpu` in src/apps/plan/constants.ts. Ends with status 1 where a prediction is off by more than a fifth.
 */
import { loadavg } from "node:os";
import { OnnxEngine } from "selftrain";
import { models } from "../bench/models.mjs";
import { devices } from "../dist/apps/plan/constants.js";
import { decodeSeconds, forwardFlops, trainSeconds } from "../dist/apps/plan/cost.js";
import { shapeOf } from "../dist/apps/plan/shapes.js";
import { leastSquares } from "./plan/least-squares.mjs";
import { plannedRuns } from "./plan/runs.mjs";

const PROMPT = 32;
const REPEATS = Number(process.argv[2] ?? 3);
const TOLERANCE = 0.2;
/** What is trained here: all weights, on data as they are. */
const WHOLE = { lora: false, mismatch: false };

/** Rows and new tokens of each case, by model; the constants are fitted to those marked. */
const CASES = [
  { model: "4.2M", rows: 16, tokens: 64, fit: true },
  { model: "4.2M", rows: 128, tokens: 64, fit: true },
  { model: "4.2M", rows: 64, tokens: 128 },
  { model: "4.2M", rows: 192, tokens: 32 },
  { model: "30M", rows: 8, tokens: 64, fit: true },
  { model: "30M", rows: 32, tokens: 64, fit: true },
  { model: "30M", rows: 16, tokens: 96 },
  { model: "30M", rows: 48, tokens: 32 },
];

async function cpuSeconds(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Seconds of sampling and of training on what was sampled; the least of some repetitions, the first of which warms up. */
async function measured(engine, vocabulary, { rows, tokens }) {
  const prompt = Array.from({ length: PROMPT }, (_, i) => 2 + (i % (vocabulary - 2)));
  const request = { prompt, n: rows, keys: Array.from({ length: rows }, (_, i) => [1, i]) };
  const best = { sample: Infinity, train: Infinity };
  for (let run = 0; run <= REPEATS; run++) {
    const sampler = await engine.refreshSampler();
    let completions = [];
    const sample = await cpuSeconds(async () => {
      [completions] = await sampler.sample([request], { maxTokens: tokens, temperature: 1, stopTokens: [] });
    });
    await sampler.release();
    const data = completions.map((own) => ({
      prompt,
      completion: own.tokens,
      weights: new Float32Array(own.tokens.length).fill(1e-3),
      logprobs: own.logprobs,
      policyVersion: engine.policyVersion,
    }));
    const train = await cpuSeconds(() => engine.forwardBackward(data, { kind: "importance-sampling" }));
    await engine.optimStep({
      learningRate: 1e-6,
      beta1: 0.9,
      beta2: 0.95,
      eps: 1e-8,
      weightDecay: 0,
      gradClipNorm: 1,
    });
    if (run > 0) {
      best.sample = Math.min(best.sample, sample);
      best.train = Math.min(best.train, train);
    }
  }
  return best;
}

const results = [];
for (const name of Object.keys(models).filter((own) => CASES.some(({ model }) => model === own))) {
  const engine = await OnnxEngine.create({
    model: { config: models[name], seed: 1 },
    threads: 1,
    memoryBudgetMiB: 3072,
  });
  for (const step of CASES.filter(({ model }) => model === name))
    results.push({
      ...step,
      ...(await measured(engine, models[name].vocabSize, step)),
      shape: shapeOf(name, models[name]),
    });
  await engine.close();
}

const flat = { ...devices.cpu, flops: 1, bandwidth: Infinity, layerSeconds: 0 };
const time = ({ tokens }) => PROMPT + tokens - 1;
const fitted = results.filter(({ fit }) => fit);
/** Training has one constant: the mean rate over the fitted steps. */
const trainFlops = mean(
  fitted.map((own) => trainSeconds(own.shape, flat, 1, own.rows, time(own), WHOLE) / own.train),
);
/** Sampling has three, of which none is below 0: products, bytes and layers; least squares of the relative errors. */
const terms = ({ shape, rows, tokens }) => {
  const context = PROMPT + tokens / 2;
  const part = (change) => decodeSeconds(shape, { ...flat, flops: Infinity, ...change }, 1, rows, context);
  const prefill = PROMPT * forwardFlops(shape, PROMPT);
  return [
    tokens * part({ flops: 1 }) + prefill,
    tokens * part({ bandwidth: 1 }),
    tokens * part({ layerSeconds: 1 }),
  ];
};
const weights = leastSquares(
  fitted.map((own) => terms(own).map((term) => term / own.sample)),
  fitted.map(() => 1),
);
/** As `devices.cpu` has them: training gives the products, and sampling the share of them that it reaches. */
const constants = {
  flops: trainFlops,
  trainShare: 1,
  decodeShare: devices.cpu.decodeShare / (weights[0] * trainFlops),
  bandwidth: 1 / weights[1],
  bandwidthShare: 1,
  layerSeconds: weights[2],
};

let worst = 0;
const rows = results.map((own) => {
  const train = trainSeconds(own.shape, { ...flat, flops: trainFlops }, 1, own.rows, time(own), WHOLE);
  const sample = terms(own).reduce((total, term, i) => total + (weights[i] > 0 ? term * weights[i] : 0), 0);
  const errors = { sample: sample / own.sample - 1, train: train / own.train - 1 };
  const whole = (sample + train) / (own.sample + own.train) - 1;
  if (!own.fit) worst = Math.max(worst, Math.abs(whole));
  return {
    model: own.model,
    rows: own.rows,
    tokens: own.tokens,
    fitted: own.fit === true,
    measured: { sample: own.sample, train: own.train },
    predicted: { sample, train },
    errors,
    whole,
  };
});
const runs = await plannedRuns({ ...devices.cpu, ...constants }, REPEATS);
worst = Math.max(worst, ...runs.map(({ whole }) => Math.abs(whole)));
const rounded = (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
console.log(
  JSON.stringify(
    {
      constants,
      steps: rows,
      runs,
      worstOfPredicted: worst,
      load: loadavg(),
    },
    rounded,
    2,
  ),
);
process.exitCode = worst <= TOLERANCE ? 0 : 1;

function mean(values) {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
