/** A curriculum of levels within a run: what each step trains on, and that a run in pieces is the same run. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import {
  pretrain,
  pretrainConfigSchema,
  replay,
  type TrainConfigInput,
  train,
  trainConfigSchema,
} from "selftrain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { stageStarts } from "../../../src/training/loop/stages.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { trainingPrompts } from "../../../src/training/start/pools.js";
import { recordsOf, runContents } from "./run-contents.js";

let folder: string;
const at = (name: string) => join(folder, name);

/** A model that knows little: what matters here is what it is asked. */
beforeAll(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-stages-"));
  await pretrain(
    pretrainConfigSchema.parse({
      output: at("base"),
      prompts: { task: "mental-sums" },
      steps: 20,
      batchSize: 16,
      model: { hiddenSize: 16, layers: 1, heads: 2, feedForward: 16, contextLength: 32 },
      evaluation: { size: 4, samples: 2 },
      engine: { threads: 1 },
    }),
  );
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }), 60_000);

const curriculum = {
  stages: [{ 4: 1 }, { 4: 1, 6: 1 }, { 6: 1 }],
  maxSteps: 2,
  threshold: 1,
  groundTruthStages: 1,
};
const configOf = (output: string, changes: Partial<TrainConfigInput> = {}) =>
  trainConfigSchema.parse({
    model: at("base"),
    output: at(output),
    prompts: { task: "mental-sums", size: 8 },
    steps: 6,
    promptsPerStep: 4,
    samplesPerPrompt: 3,
    maxNewTokens: 4,
    adam: { learningRate: 1e-3 },
    evaluation: { size: 6, samples: 2 },
    checkpointEvery: 4,
    keepCheckpoints: 1,
    engine: { threads: 1 },
    curriculum,
    ...changes,
  });

/** The level stands in the id: task/level/prompt. */
const levelsAt = async (run: string, step: number) => {
  const rows = await readRollouts(join(run, `rollouts/step-00000${step}.parquet`));
  return new Set(rows.map(({ promptId }) => promptId.split("/")[1]));
};

describe("a curriculum", () => {
  it("goes from level to level, each from the policy of the one before, whose checkpoint stays", async () => {
    const config = configOf("levels");
    await train(config);
    const steps = recordsOf(config.output).filter(({ kind }) => kind === "step");
    expect(steps.map(({ metrics }) => metrics.stage)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(stageStarts(config, recordsOf(config.output), 6)).toEqual([0, 2, 4]);
    for (const step of [1, 2]) expect(await levelsAt(config.output, step)).toEqual(new Set(["4"]));
    for (const step of [3, 4]) expect(await levelsAt(config.output, step)).toEqual(new Set(["4", "6"]));
    for (const step of [5, 6]) expect(await levelsAt(config.output, step)).toEqual(new Set(["6"]));
    // Each stage goes through its own pool of 8 from the beginning: two steps of four prompts.
    for (const [one, two] of [
      [1, 2],
      [5, 6],
    ] as const) {
      const drawn = await Promise.all(
        [one, two].map((step) => readRollouts(join(config.output, `rollouts/step-00000${step}.parquet`))),
      );
      expect(new Set(drawn.flat().map(({ promptId }) => promptId)).size).toBe(8);
    }
    expect(listCheckpoints(config.output).map(({ step }) => step)).toEqual([0, 2, 4, 6]);
    expect((await planTrain({ ...config, output: `${config.output}-again` })).notes).toEqual(
      expect.arrayContaining([
        "3 stages; the next begins when agreement over 3 steps reaches 1, or after 2 steps",
        "stages 1 to 1 read labels: that part is not self-training",
      ]),
    );
  });

  it("rewards the first stage with true answers and the others with the majority", async () => {
    for (const step of [1, 3]) {
      const rows = await readRollouts(at(`levels/rollouts/step-00000${step}.parquet`));
      const byVote = rows.filter(({ rewardLabel, voteLabel }) => rewardLabel === voteLabel);
      if (step === 3) expect(byVote).toHaveLength(rows.length);
      else {
        const truth = (prompt: string) =>
          String((prompt.match(/[+-]?\d/g) ?? []).reduce((sum, term) => sum + Number(term), 0));
        for (const { prompt, rewardLabel } of rows) expect(rewardLabel).toBe(truth(prompt));
      }
    }
  });

  it("makes the true answers of a stage as noisy as those of the reward", async () => {
    const noisy = configOf("noisy", { reward: "mixed", labelNoise: 1, steps: 5 });
    await train(noisy);
    const truth = (await trainingPrompts(noisy)).labels;
    for (const { promptId, rewardLabel } of await readRollouts(at("noisy/rollouts/step-000001.parquet"))) {
      expect(rewardLabel).not.toBe(truth.get(promptId));
      expect([...truth.values()]).toContain(rewardLabel);
    }
    expect(await replay({ run: at("noisy") })).toMatchObject({ same: true, differenceCount: 0 });
  });

  it("advances on the metric alone where it says so", async () => {
    const always = { ...curriculum, maxSteps: undefined, threshold: 0, window: 1, groundTruthStages: 0 };
    await train(configOf("eager", { curriculum: always, steps: 4 }));
    const stages = recordsOf(at("eager")).flatMap(({ metrics }) => metrics.stage ?? []);
    expect(stages).toEqual([1, 2, 3, 3]);
  });

  it("continued after stops, within a stage and between two, ends in the same bytes", async () => {
    const config = configOf("pieces", {
      monitors: {
        default: "off",
        back: { on: "topShare", detector: { kind: "rise", by: 0.15, patience: 6 }, onAlarm: "restore-best" },
      },
    });
    await train({ ...config, output: at("one-piece") });
    for (const stopAt of [1, 2, 5]) {
      const stop = new AbortController();
      await train(config, {
        resume: true,
        signal: stop.signal,
        observer: (event) => {
          if (event.type === "step" && event.step === stopAt) stop.abort();
        },
      });
    }
    await train(config, { resume: true });
    const without = (name: string) => name === "config.yaml";
    expect(runContents(config.output, without)).toEqual(runContents(at("one-piece"), without));
  });
});
