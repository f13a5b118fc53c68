/**
 * Short self-training runs, embedded and on `selftrain engine serve` in a second process, beside what `selftrain plan`'s arithmetic says of them. Of the
 * server the processor seconds are read from /proc, so this needs Linux.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { train, trainConfigSchema } from "selftrain";
import { drawnRewards, PROMPT, untrainedBase } from "../../bench/loop/base.mjs";
import { startServer } from "../../bench/loop/server.mjs";
import { median } from "../../bench/measure.mjs";
import { processorSeconds } from "../../bench/processor.mjs";
import { stepCost } from "../../dist/apps/plan/cost.js";
import { shapeOf } from "../../dist/apps/plan/shapes.js";
import { readModelConfig } from "../../dist/model/config-file.js";
import { resolveLanguageModel } from "../../dist/run/model-folder.js";

const SAMPLES = 16;
const MODEL = { hiddenSize: 256, layers: 4, heads: 4, feedForward: 1024, contextLength: 192 };
const CASES = [
  { rollouts: 64, tokens: 64 },
  { rollouts: 128, tokens: 32 },
];
const WAYS = [
  { way: "embedded" },
  { way: "http", wire: "protobuf", mismatch: false },
  { way: "http", wire: "json", mismatch: true },
];

function ownSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Medians of a step's seconds, of all processors and by the clock, and of a completion's tokens; the first step warms up. */
async function measured(config, server) {
  const steps = [];
  let before = null;
  await train(config, {
    observer: ({ type, record }) => {
      if (type !== "record" || record.kind !== "step") return;
      const now = {
        processor: ownSeconds() + (server ? processorSeconds(server.pid) : 0),
        clock: performance.now() / 1000,
      };
      if (before)
        steps.push({
          processor: now.processor - before.processor,
          clock: now.clock - before.clock,
          length: record.metrics.meanLength,
        });
      before = now;
    },
  });
  const of = (name) => median(steps.map((step) => step[name]));
  return { processor: of("processor"), clock: of("clock"), length: of("length") };
}

/** `device` has the fitted constants, and `repeats` steps follow the first. */
export async function plannedRuns(device, repeats) {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-measure-plan-"));
  try {
    const base = await untrainedBase(folder, MODEL);
    const resolved = await resolveLanguageModel(base.model);
    const shape = shapeOf("run", readModelConfig(resolved.folder, resolved.bases));
    const server = await startServer(base.model, join(folder, "storage"), 1);
    try {
      const results = [];
      for (const { rollouts, tokens } of CASES)
        for (const { way, wire, mismatch = false } of WAYS) {
          const http = way === "http";
          const config = trainConfigSchema.parse({
            ...drawnRewards(base, join(folder, `run-${results.length}`)),
            promptsPerStep: rollouts / SAMPLES,
            samplesPerPrompt: SAMPLES,
            maxNewTokens: tokens,
            steps: repeats + 1,
            checkpointEvery: repeats + 1,
            mismatch: { kind: mismatch ? "sequence-mask" : "none" },
            engine: http
              ? { kind: "tinker", url: server.url, baseModel: "base", wire }
              : { threads: 1, memoryBudgetMiB: 3072 },
          });
          const { length, ...seconds } = await measured(config, http ? server : null);
          const step = {
            rollouts,
            samplesPerPrompt: SAMPLES,
            promptTokens: PROMPT,
            newTokens: length,
            lora: false,
            mismatch,
            wire: wire ?? "protobuf",
          };
          const machines = { device, count: 1, sync: Infinity, link: Infinity, price: 0 };
          const predicted = stepCost(shape, step, machines).total;
          results.push({
            way,
            ...(http ? { wire, mismatch } : {}),
            rollouts,
            tokens: length,
            measured: seconds,
            predicted,
            whole: predicted / seconds.processor - 1,
          });
        }
      return results;
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
