/**
 * Makes the corpus of the finished runs of a folder: `npm run build && node scripts/corpus/collect.mjs [--runs runs/corpus] [--output corpus]
 * [--split tuning,held-out]`. A file a split, a line a run: its metrics, and how many samples of each probe were right. Equal runs give equal bytes.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { corpusRunSchema, packed, SPLITS } from "../../dist/apps/monitors/corpus-format.js";
import { corpusFile } from "../../dist/apps/monitors/read-corpus.js";
import { trainConfigSchema } from "../../dist/config/train-config.js";
import { sameAnswer } from "../../dist/core/answer/same.js";
import { readMetrics } from "../../dist/run/metrics-log.js";
import { listProbes, readProbeVotes } from "../../dist/run/probes.js";
import { readRunConfig } from "../../dist/run/run-config.js";
import { isRun, readRunInfo } from "../../dist/run/run-info.js";
import { probeLabels } from "../../dist/training/start/probe-pool.js";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "runs/corpus" },
    output: { type: "string", default: "corpus" },
    split: { type: "string", default: SPLITS.join(",") },
  },
});

const NAME = /^(?<split>[^,]+),task=(?<task>[^,]+),arm=(?<arm>[^,]+),base=(?<base>\d+),seed=(?<seed>\d+)$/;

/** Counts of right samples, by probe and prompt. */
async function accuracyOf(run, config) {
  const labels = await probeLabels(config);
  const probes = [];
  for (const { step, path } of listProbes(run)) probes.push({ step, rows: await readProbeVotes(path) });
  const prompts = [];
  for (const { group, promptId } of probes[0].rows) prompts[group] = promptId;
  return {
    samples: config.probe.samples,
    // An id is task/level/prompt.
    levels: prompts.map((id) => id.split("/")[1]),
    steps: probes.map(({ step }) => step),
    right: probes.map(({ rows }) => {
      const counts = prompts.map(() => 0);
      for (const { group, promptId, answer } of rows)
        if (sameAnswer(answer, labels.get(promptId))) counts[group]++;
      return counts;
    }),
  };
}

async function lineOf(folder, name) {
  const run = join(folder, name);
  const { split, task, arm, base, seed } = NAME.exec(name).groups;
  const config = readRunConfig(run, trainConfigSchema);
  const records = readMetrics(join(run, "metrics.jsonl"));
  const [{ selftrain, git }] = JSON.parse(readFileSync(join(run, "environment.json"), "utf8"));
  return corpusRunSchema.parse({
    name,
    split,
    task,
    arm,
    base: Number(base),
    seed: Number(seed),
    config: {
      reward: config.reward,
      learningRate: config.adam.learningRate,
      steps: config.steps,
      promptsPerStep: config.promptsPerStep,
      samplesPerPrompt: config.samplesPerPrompt,
      pool: config.prompts.size ?? null,
      levels: config.prompts.levels ?? null,
      skill: Object.keys(config.evaluation.prompts.levels),
      evaluationEvery: config.evaluation.every,
      probeEvery: config.probe.every,
      version: selftrain,
      git: git?.commit ?? null,
    },
    accuracy: await accuracyOf(run, config),
    records: Object.fromEntries(["step", "eval", "probe"].map((kind) => [kind, packed(records, kind)])),
  });
}

if (!existsSync(values.runs)) throw new Error(`no folder ${values.runs}`);
for (const split of values.split.split(",")) {
  const names = readdirSync(values.runs)
    .filter((name) => NAME.exec(name)?.groups.split === split && isRun(join(values.runs, name)))
    .sort();
  const open = names.filter((name) => readRunInfo(join(values.runs, name)).status !== "finished");
  const lines = [];
  for (const name of names)
    if (!open.includes(name)) lines.push(`${JSON.stringify(await lineOf(values.runs, name))}\n`);
  if (open.length > 0) console.log(`${split}: ${open.length} not finished, left out: ${open.join(" ")}`);
  if (lines.length === 0) continue;
  mkdirSync(values.output, { recursive: true });
  const bytes = gzipSync(lines.join(""), { level: 9 });
  // The byte that names the operating system, which is no part of what is said.
  bytes[9] = 255;
  writeFileSync(corpusFile(values.output, split), bytes);
  console.log(`${split}: ${lines.length} runs, ${(bytes.length / 1024).toFixed(0)} KiB`);
}
