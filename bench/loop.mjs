/**
 * What the loop itself takes of a step, beside the engine: a stand-in gives completions at once, and everything else is the loop's own: prompts
 * encoded, completions decoded and read, votes, rewards, advantages, weights of tokens, the request to a server of the Tinker protocol in
 * both wires, rollouts as Parquet, metrics. Prints JSON: seconds by the clock and of the processor for each part, and the largest memory.
 *
 *   node bench/loop.mjs --prompts 2048 --samples 32 --tokens 256
 */
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { trainConfigSchema, uniform } from "selftrain";
import { solutionRules } from "../dist/core/answer/extract/rules.js";
import { createRewardSource } from "../dist/core/reward/create.js";
import { readingOf } from "../dist/data/reading.js";
import { loadTokenizer } from "../dist/model/tokenizer/load.js";
import { writeRollouts } from "../dist/run/rollouts.js";
import { collect } from "../dist/training/loop/collect.js";
import { stepRecorder } from "../dist/training/loop/record-step.js";
import { makeBatch } from "../dist/training/loop/update.js";
import { encoded } from "./loop/encode.mjs";

const { values } = parseArgs({
  options: {
    prompts: { type: "string", default: "2048" },
    samples: { type: "string", default: "32" },
    tokens: { type: "string", default: "256" },
    steps: { type: "string", default: "2" },
    wire: { type: "string", default: new URL("../dist/engine/tinker", import.meta.url).pathname },
    tokenizer: {
      type: "string",
      default: new URL("../test/fixtures/tokenizer/byte-level", import.meta.url).pathname,
    },
  },
});
const [prompts, samples, tokens, steps] = [values.prompts, values.samples, values.tokens, values.steps].map(
  Number,
);
const tokenizer = loadTokenizer(values.tokenizer);
const folder = mkdtempSync(join(tmpdir(), "selftrain-bench-loop-"));

const working =
  "We write the sum as a product and look at both factors. The first is even, so $n = 2k$ and it becomes $4k^2 + 2k = m$. ";
const notations = [
  (n) => `\\boxed{${n}}`,
  (n) => `$\\boxed{\\frac{${2 * n}}{2}}$`,
  (n) => `\\boxed{x = ${n}.0}`,
  (n) => `\\boxed{\\sqrt{${n}} + 1}`,
];
const body = tokenizer.encode(working.repeat(40));

/** Ids of a solution of the wanted length: some working, then an answer of its group, in one of several notations. */
const endings = new Map();
function solution(step, p, i) {
  const draw = (k) => uniform(7, step, p, i, k);
  const answer = 1 + Math.floor(6 * draw(0) ** 2) + 6 * (p % 997);
  const text = `So the answer is ${notations[Math.floor(notations.length * draw(1))](answer)}.`;
  let ending = endings.get(text);
  if (ending === undefined) {
    ending = [...tokenizer.encode(text), tokenizer.eosTokens[0]];
    endings.set(text, ending);
  }
  const start = Math.floor(40 * draw(2));
  return [...body.slice(start, start + Math.max(0, tokens - ending.length)), ...ending];
}

/** Logprobs as a sampler's are: no two alike, for their digits are what JSON has to print. */
const drawn = Float32Array.from({ length: 2 ** 16 }, (_, k) => Math.log(uniform(8, k)) / 2);
const logprobsOf = (length, p, i) => {
  const start = (p * 31 + i * 977) % (drawn.length - length);
  return drawn.slice(start, start + length);
};

/** Seconds by part, of the clock and of the processor. */
const parts = {};
async function timed(name, work) {
  const [clock, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  parts[name] ??= { clock: 0, cpu: 0 };
  const own = parts[name];
  own.clock += (performance.now() - clock) / 1000;
  own.cpu += (user + system) / 1e6;
  return result;
}

const config = trainConfigSchema.parse({
  model: "none",
  output: folder,
  prompts: { file: "none.jsonl" },
  promptsPerStep: prompts,
  samplesPerPrompt: samples,
  maxNewTokens: tokens,
  evaluation: { size: 0 },
  steps,
});
const pool = {
  prompts: Array.from({ length: prompts }, (_, i) => ({
    id: `p${i}`,
    text: `Problem ${i}: what is the larger root of $x^2 - ${i}x = ${i}$?`,
  })),
  labels: new Map(),
  description: "made up",
  ...readingOf(config.answers, solutionRules),
};
const unread = () => {
  throw new Error("labels were read");
};
const source = createRewardSource(config, {
  groundTruth: unread,
  labelledPart: unread,
  teacher: unread,
  endpoint: unread,
  model: unread,
});

let current = 0;
const sampler = {
  policyVersion: 0,
  async sample(requests) {
    return timed("stand-in engine", () =>
      requests.map(({ n }, p) =>
        Array.from({ length: n }, (_, i) => {
          const ids = solution(current, p, i);
          return { tokens: ids, logprobs: logprobsOf(ids.length, p, i), finish: "stop" };
        }),
      ),
    );
  },
  release: async () => {},
};
const session = {
  engine: { refreshSampler: async () => sampler },
  tokenizer,
  scorer: null,
  pool,
  stagePools: [pool],
  heldOut: null,
  probe: null,
  validation: null,
  ahead: { begun: null },
};
const rolloutsFolder = join(folder, "rollouts");
mkdirSync(rolloutsFolder);
let file = "";
const run = {
  path: folder,
  rolloutsFolder,
  async writeRollouts(step, rows) {
    file = await timed("Parquet", () => writeRollouts(rolloutsFolder, step, rows));
  },
  append: () => null,
};
const stage = { number: null, since: 0, pool, source };
const record = stepRecorder(config, session, run);

const results = [];
for (let step = 1; step <= steps; step++) {
  current = step;
  for (const name of Object.keys(parts)) delete parts[name];
  const started = performance.now();
  const collected = await timed("collect", () => collect(step, { config, session, stage, run }));
  const groups = collected.selection.trained.map(({ group }) => group);
  const rewards = collected.selection.trained.map(({ reward }) => reward);
  const batch = await timed("advantages and weights", () => makeBatch(config, groups, rewards, null));
  const wire = await timed("encode", () => encoded(batch.data, values.wire));
  const update = {
    loss: 0,
    gradNorm: 1,
    importanceRatio: 1,
    clipFraction: 0,
    mismatch: null,
    vocabularyEntropy: null,
  };
  const done = { step, ...collected, batch, learningRate: 1e-5, update, stage: null };
  await timed("record", () => record(done, stage, { seconds: 1, sampleSeconds: 1 }, 0));
  const seconds = (performance.now() - started) / 1000 - parts["stand-in engine"].clock;
  const less = (name, other) => ({
    clock: parts[name].clock - parts[other].clock,
    cpu: parts[name].cpu - parts[other].cpu,
  });
  results.push({
    seconds,
    parts: {
      "encode prompts, decode, read, vote, reward": less("collect", "stand-in engine"),
      "advantages and weights": parts["advantages and weights"],
      encode: parts.encode,
      Parquet: parts.Parquet,
      "rows and metrics": less("record", "Parquet"),
    },
    trained: batch.data.length,
    wire,
    parquetMiB: statSync(file).size / 2 ** 20,
  });
}
rmSync(folder, { recursive: true });
const maxRss = process.resourceUsage().maxRSS / 2 ** 20;
console.log(
  JSON.stringify(
    {
      rollouts: prompts * samples,
      tokens,
      steps: results,
      peakGiB: maxRss,
      cpu: cpus()[0].model,
      load: loadavg(),
      node: process.version,
    },
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value),
    2,
  ),
);
