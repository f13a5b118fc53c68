/** The runs of the corpus as jobs: two base models a task, and every arm on each. */
import { join } from "node:path";
import { pretrainConfigSchema, trainConfigSchema } from "../../dist/config/train-config.js";
import { ARMS } from "./arms.mjs";
import { TASKS } from "./tasks.mjs";

export const SPLITS = Object.keys(TASKS);
const BASE_SEEDS = [0, 1];
const engine = { threads: 1, memoryBudgetMiB: 700 };
const SHAPE = { hiddenSize: 96, layers: 3, heads: 4, feedForward: 256, contextLength: 128 };

function baseJob(folder, { task, levels, slip, steps }, seed) {
  const name = `base,task=${task},seed=${seed}`;
  const config = pretrainConfigSchema.parse({
    output: join(folder, name),
    prompts: { task, levels },
    slip,
    steps,
    batchSize: 64,
    model: SHAPE,
    evaluation: { size: 64, samples: 8 },
    seed,
    engine,
  });
  return { name, command: "pretrain", config };
}

/** One stage a level where the task has been taught several, else from what it was taught to what is too hard. */
function stagesOf({ levels, hard }) {
  const own = Object.keys(levels);
  const all = own.length > 1 ? own : [...own, Object.keys(hard).find((level) => !own.includes(level))];
  return {
    stages: all.map((level) => ({ [level]: 1 })),
    advanceOn: "agreement",
    threshold: 0.95,
    maxSteps: 25,
  };
}

function trainJob(folder, setting, arm, base, seed, split) {
  const { pool = 512, hard = false, stages = false, ...config } = ARMS[split][arm];
  const { task, levels, tokens } = setting;
  const name = `${split},task=${task},arm=${arm},base=${base.config.seed},seed=${seed}`;
  return {
    name,
    command: "train",
    needs: [base.name],
    config: trainConfigSchema.parse({
      steps: 60,
      promptsPerStep: 16,
      samplesPerPrompt: 8,
      maxNewTokens: tokens,
      ...config,
      model: base.config.output,
      output: join(folder, name),
      prompts: { task, levels: hard ? setting.hard : levels, size: pool },
      ...(stages ? { curriculum: stagesOf(setting), prompts: { task, size: pool } } : {}),
      // What counts is the skill that the base had.
      evaluation: { prompts: { task, levels }, size: 64, samples: 8, every: 4 },
      probe: { size: 32, samples: 8, every: 2 },
      checkpointEvery: 1000,
      keepCheckpoints: 1,
      seed,
      engine,
    }),
  };
}

/** All jobs of a split, with `seeds` runs of each arm on each base. */
export function corpusJobs(folder, split, seeds) {
  const bases = TASKS[split].flatMap((setting) =>
    BASE_SEEDS.map((seed) => ({ setting, job: baseJob(folder, setting, seed) })),
  );
  const runs = seeds.flatMap((seed) =>
    Object.keys(ARMS[split]).flatMap((arm) =>
      bases.map(({ setting, job }) => trainJob(folder, setting, arm, job, seed, split)),
    ),
  );
  return [...bases.map(({ job }) => job), ...runs];
}
