/**
 * Our side alone: what monitoring costs a run, as a share of its steps. A small model learns sums and trains itself on them; the metrics of each step
 * say how long its figures and the default monitors took. A small model has short steps, so that the share of a larger one is less.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pretrain, pretrainConfigSchema, train, trainConfigSchema } from "selftrain";
import { readMetrics } from "../../dist/run/metrics-log.js";
import { median } from "../measure.mjs";
import { settings } from "../settings.mjs";

const SIZES = [
  { prompts: 32, samples: 16 },
  { prompts: 16, samples: 8 },
];
/** Steps that are not counted: programs are compiled, and the answers of the first three are what later ones are held against. */
const WARMUP = 5;

const common = {
  prompts: { task: "chain-sums", levels: { 4: 1 } },
  evaluation: { size: 0 },
  seed: settings.seed,
  engine: { threads: settings.threads },
};

async function trained(folder, base, { prompts, samples }, steps) {
  const output = join(folder, `${prompts}x${samples}`);
  await train(
    trainConfigSchema.parse({
      ...common,
      model: base,
      output,
      steps: WARMUP + steps,
      promptsPerStep: prompts,
      samplesPerPrompt: samples,
      maxNewTokens: 56,
      // With the figures of the KL, which need the reference that a KL coefficient asks for.
      klCoefficient: 0.001,
    }),
  );
  return readMetrics(join(output, "metrics.jsonl"))
    .filter(({ kind, step }) => kind === "step" && step > WARMUP)
    .map(({ time }) => time);
}

function result({ prompts, samples }, times) {
  const milliseconds = (of) => 1000 * median(times.map(of));
  return {
    prompts,
    samples,
    stepMilliseconds: milliseconds(({ seconds }) => seconds),
    monitorMilliseconds: milliseconds(({ monitorSeconds }) => monitorSeconds),
    share: median(times.map(({ seconds, monitorSeconds }) => monitorSeconds / seconds)),
  };
}

export const monitoring = {
  runs: 20,
  tables: (sizes) => [
    [
      ["monitoring without a probe", "step, ms", "monitoring, ms", "share"],
      ...sizes.map(({ prompts, samples, stepMilliseconds, monitorMilliseconds, share }) => [
        `${prompts} × ${samples}`,
        stepMilliseconds.toFixed(0),
        monitorMilliseconds.toFixed(2),
        `${(100 * share).toFixed(2)}%`,
      ]),
    ],
  ],
  async measure(runs, log) {
    const folder = mkdtempSync(join(tmpdir(), "selftrain-monitoring-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const base = join(folder, "base");
    log("monitoring: a base model");
    const model = { hiddenSize: 96, layers: 3, heads: 4, feedForward: 256, contextLength: 128 };
    await pretrain(
      pretrainConfigSchema.parse({
        ...common,
        output: base,
        steps: 300,
        batchSize: 64,
        slip: 0.1,
        model,
        evaluation: { size: 16 },
      }),
    );
    const sizes = [];
    for (const size of SIZES) {
      log(`monitoring: ${runs} steps of ${size.prompts} × ${size.samples}`);
      sizes.push(result(size, await trained(folder, base, size, runs)));
    }
    return sizes;
  },
};
