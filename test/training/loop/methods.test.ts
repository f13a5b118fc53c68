/** Runs with every estimator, loss and KL, small and real; a run that was cut short equals one that was not. */
import { join } from "node:path";
import { type TrainConfigInput, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";
const quick = { evaluation: { size: 0 }, steps: 3 } as const;
const stepsOf = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");

describe("every method trains", () => {
  it.each<Partial<TrainConfigInput>>([
    { advantage: "dr-grpo", aggregation: "constant-length" },
    { advantage: "mean-centred", klCoefficient: 0.1, klIn: "reward", klEstimator: "k1" },
    { advantage: "batch-normalised", loss: "gspo", aggregation: "sequence-mean", updatesPerBatch: 2 },
    { advantage: "reinforce++", klCoefficient: 0.1, klEstimator: "k1" },
    { advantage: "reinforce++", reward: "fixed-teacher", samplesPerPrompt: 1, promptsPerStep: 8 },
    { advantage: "reinforce++-baseline", klCoefficient: 0.1, klEstimator: "k2" },
    { advantage: "grpo", klCoefficient: 0.1, klCorrection: true, loss: "ppo-clip", dualClip: 3 },
    { loss: "cispo", updatesPerBatch: 2, miniBatches: 2 },
    { loss: "ppo-clip", clipLow: 0.1, clipHigh: 0.3, entropyBonus: 0.01 },
    { lora: { rank: 2 }, klCoefficient: 0.1, klReference: "moving", klReferenceEvery: 2 },
  ])("%j", async (changes) => {
    const output = at(JSON.stringify(changes).replace(/[^a-z0-9]+/gi, "-"));
    await train(tinyTraining(base, output, { ...quick, ...changes }));
    const steps = stepsOf(output);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const { metrics } of steps) {
      expect(metrics.loss).toEqual(expect.any(Number));
      expect(metrics.gradNorm).toBeGreaterThanOrEqual(0);
      expect("clipFraction" in metrics || metrics.trainedRollouts === 0).toBe(
        (changes.loss ?? "importance-sampling") !== "importance-sampling" || metrics.trainedRollouts === 0,
      );
      expect("kl" in metrics).toBe(changes.klCoefficient !== undefined);
      expect("vocabularyEntropy" in metrics).toBe(changes.entropyBonus !== undefined);
    }
    expect(steps.some(({ metrics }) => (metrics.gradNorm as number) > 0)).toBe(true);
  });
});

describe("a moving reference", () => {
  it("is taken anew when it is due: the KL to it is then 0", async () => {
    const output = at("moving");
    const moving = { klCoefficient: 0.1, klReference: "moving", klReferenceEvery: 2 } as const;
    await train(tinyTraining(base, output, { ...quick, ...moving, steps: 5 }));
    const kl = stepsOf(output).map(({ metrics }) => metrics.kl as number);
    for (const step of [1, 3, 5]) expect(kl[step - 1]).toBeCloseTo(0, 6);
    for (const step of [2, 4]) expect(kl[step - 1]).toBeGreaterThan(1e-5);
  });
});

describe("a learning rate that warms up and decays", () => {
  it("is that of each step, and forbids a resumed run more of them", async () => {
    const output = at("decay");
    const config = tinyTraining(base, output, { ...quick, steps: 4, warmupSteps: 2, decay: "linear" });
    await train(config);
    const rates = stepsOf(output).map(({ metrics }) => metrics.learningRate);
    expect(rates).toEqual([0.5e-3, 1e-3, (1e-3 * 2) / 3, 1e-3 / 3].map((rate) => expect.closeTo(rate, 12)));
    await expect(train({ ...config, steps: 6 }, { resume: true })).rejects.toMatchObject({
      code: "run-config-changed",
    });
  });

  it("is constant by default", async () => {
    const output = at("constant");
    await train(tinyTraining(base, output, quick));
    expect(stepsOf(output).map(({ metrics }) => metrics.learningRate)).toEqual([1e-3, 1e-3, 1e-3]);
  });
});

describe("continued after a stop", () => {
  it("ends in the same bytes: moving reference, several updates, decay", async () => {
    const config = tinyTraining(base, at("stopped"), {
      evaluation: { size: 0 },
      steps: 5,
      advantage: "grpo",
      loss: "ppo-clip",
      updatesPerBatch: 2,
      miniBatches: 2,
      klCoefficient: 0.1,
      klReference: "moving",
      klReferenceEvery: 3,
      warmupSteps: 2,
      decay: "cosine",
    });
    await train({ ...config, output: at("whole") });
    for (const stopAt of [1, 2, 4]) {
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
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("whole"), notConfig));
  });
});
