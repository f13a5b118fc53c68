/** Rejection, refill, stages, test-time training and monitors that stop a run, on the embedded engine. */
import fs from "node:fs";
import { join } from "node:path";
import { evalConfigSchema, evaluateModel, labelConfigSchema, labelPrompts, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { METRICS } from "../../../src/core/monitor/catalogue/index.js";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { selectPrompts } from "../../../src/training/label/select.js";
import { policyOf } from "../../../src/training/loop/checkpoint.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";
const quick = { evaluation: { size: 0 }, steps: 3 } as const;
const stepsOf = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");
const rolloutsOf = (run: string, step: number) =>
  readRollouts(join(run, `rollouts/step-${String(step).padStart(6, "0")}.parquet`));
const weightsOf = (folder: string) => fs.readFileSync(join(folder, "model.safetensors"), "latin1");

/** Stops after each of these steps and goes on, to the end. */
async function inPieces(config: ReturnType<typeof tinyTraining>, stops: readonly number[]) {
  for (const stopAt of stops) {
    const stop = new AbortController();
    await train(config, {
      resume: true,
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "step" && event.step === stopAt) stop.abort();
      },
    });
  }
  return train(config, { resume: true });
}

describe("rejection sampling", () => {
  const strict = {
    ...quick,
    rejection: {
      minAgreement: 0.5,
      zeroSignal: true,
      dropUnparsed: true,
      refillRounds: 8,
      onShortBatch: "train",
    },
  } as const;

  it("defect 9: replaces the groups it rejects until the batch is full, and writes what it rejected", async () => {
    const output = at("refilled");
    await train(tinyTraining(base, output, strict));
    let refilled = 0;
    for (const { step, metrics } of stepsOf(output)) {
      const rows = await rolloutsOf(output, step);
      const groups = new Map<number, typeof rows>();
      for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
      const trained = [...groups.values()].filter((own) => own.some(({ rejected }) => rejected === null));
      expect(groups.size).toBe(metrics.sampledGroups);
      expect(trained.length).toBe((metrics.sampledGroups as number) - (metrics.rejectedGroups as number));
      expect(trained.length).toBe(4);
      for (const own of trained) {
        expect(own[0]!.voteShare).toBeGreaterThanOrEqual(0.5);
        const left = own.filter(({ rejected }) => rejected === null);
        expect(new Set(left.map(({ reward }) => reward)).size).toBe(2);
        expect(left.every(({ answer }) => answer !== null)).toBe(true);
        // RLOO over what is left.
        expect(left.reduce((sum, { advantage }) => sum + advantage!, 0)).toBeCloseTo(0, 6);
        for (const row of own) if (row.answer === null) expect(row.rejected).toBe("unparsed");
      }
      for (const row of rows) {
        expect(row.trained).toBe(row.rejected === null);
        expect(row.advantage === null).toBe(!row.trained);
        // A rejected rollout was judged, and keeps its reward: docs/concepts/rewards.md.
        expect(row.reward).not.toBe(null);
      }
      const first = [...groups.values()].map((own) => own[0]!);
      const count = (reason: string) => first.filter((row) => row.rejected === reason).length;
      expect(metrics).toMatchObject({
        rejectedAgreement: count("agreement"),
        rejectedZeroSignal: count("zero-signal"),
        rejectedNoLabel: count("no-label"),
        surplusGroups: count("surplus"),
        skippedGroups: 0,
      });
      expect(metrics.trainedAgreement as number).toBeGreaterThanOrEqual(0.5);
      // No prompt twice in a step: the pool of 64 lasts.
      expect(new Set(first.map(({ promptId }) => promptId)).size).toBe(groups.size);
      // Signals are of the first batch of four, rejected groups included; rewards of everything sampled.
      expect(metrics.agreement).toBeCloseTo(
        first.slice(0, 4).reduce((sum, { voteShare }) => sum + voteShare, 0) / 4,
        12,
      );
      expect(metrics.reward).toBeCloseTo(
        rows.reduce((sum, { reward }) => sum + (reward ?? 0), 0) / rows.length,
        12,
      );
      refilled += metrics.refillRounds as number;
      for (const name of Object.keys(metrics)) expect(METRICS).toHaveProperty(name);
    }
    expect(refilled).toBeGreaterThan(0);
  });

  it("says with figures why a batch never became full, or goes on with what there is", async () => {
    const impossible = { minAgreement: 1, rewardBand: [0, 1], refillRounds: 1, zeroSignal: true };
    await expect(
      train(tinyTraining(base, at("starved"), { ...quick, rejection: impossible })),
    ).rejects.toMatchObject({
      code: "batch-not-full",
      message: expect.stringMatching(
        /^step 1 found 0 groups .* 8 sampled ones, after 1 refill rounds: \d+ below/,
      ),
      found: { groups: 0, sampled: 8, rejected: expect.anything() },
      remedy: expect.stringContaining("onShortBatch"),
    });
    expect(readRunInfo(at("starved")).status).toBe("failed");

    const output = at("short");
    await train(
      tinyTraining(base, output, { ...quick, rejection: { ...impossible, onShortBatch: "train" } }),
    );
    for (const { metrics } of stepsOf(output))
      expect(metrics).toMatchObject({
        trainedRollouts: 0,
        trainedReward: null,
        loss: 0,
        gradNorm: 0,
        refillRounds: 1,
      });
  });

  it("keeps the best share, of a batch that is still full", async () => {
    const output = at("best-half");
    await train(tinyTraining(base, output, { ...quick, rejection: { keepFraction: 0.5 } }));
    for (const { step, metrics } of stepsOf(output)) {
      expect(metrics).toMatchObject({ sampledGroups: 8, rejectedKeepFraction: 4, refillRounds: 0 });
      const rows = await rolloutsOf(output, step);
      const spread = (g: number) => {
        const own = rows.filter(({ group }) => group === g).map(({ reward }) => reward!);
        const mean = own.reduce((a, b) => a + b) / own.length;
        return mean * (1 - mean);
      };
      const groups = [...new Set(rows.map(({ group }) => group))];
      const kept = groups.filter((g) => rows.find(({ group }) => group === g)!.rejected === null);
      const left = groups.filter((g) => !kept.includes(g));
      expect(Math.min(...kept.map(spread))).toBeGreaterThanOrEqual(Math.max(...left.map(spread)));
    }
  });

  it("continued after a stop, ends in the same bytes", async () => {
    const config = tinyTraining(base, at("refilled-stopped"), { ...strict, klCoefficient: 0.1 });
    await train({ ...config, output: at("refilled-whole") });
    await inPieces(config, [1, 2]);
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("refilled-whole"), notConfig));
  });

  it("says beforehand what refilling may cost", async () => {
    const { notes } = await planTrain(
      tinyTraining(base, at("planned"), { rejection: { keepFraction: 0.5 } }),
    );
    expect(notes).toContainEqual(
      "rejected groups are replaced in at most 4 rounds: a step samples 32 to 160 sequences, and trains on 16; one that is still short ends with an error",
    );
  });
});

describe("a chosen part of the pool", () => {
  it("is labelled, selected, and trained on", async () => {
    const prompts = { file: base.file, answerColumn: "answer", size: 64 };
    const label = labelConfigSchema.parse({
      model: base.model,
      output: at("labels"),
      prompts,
      samples: 4,
      maxNewTokens: 5,
      engine: { threads: 1 },
    });
    await labelPrompts(label);
    const subset = at("easy.jsonl");
    const select = { labels: label.output, by: "pass-rate", fraction: 0.25, output: subset } as const;
    expect(await selectPrompts(select)).toMatchObject({ selected: 16, prompts: 64 });
    await expect(selectPrompts(select)).rejects.toMatchObject({ code: "output-exists" });
    const ids = fs
      .readFileSync(subset, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).promptId as string);
    // A held-out part keeps the training split as it was labelled.
    const changes = { ...quick, steps: 4, evaluation: { size: 8, samples: 2 } };
    const config = tinyTraining(base, at("easy"), { ...changes, prompts: { ...prompts, subset } });
    expect((await planTrain(config)).prompts.pool).toBe(16);
    await train(config);
    const drawn = new Set<string>();
    for (const step of [1, 2, 3, 4])
      for (const { promptId } of await rolloutsOf(config.output, step)) drawn.add(promptId);
    expect([...drawn].sort()).toEqual([...ids].sort());

    const other = tinyTraining(base, at("other"), { ...changes, prompts: { ...prompts, subset }, seed: 9 });
    await expect(train(other)).rejects.toMatchObject({
      code: "subset-unknown-prompts",
      message: expect.stringMatching(/^\d+ of the 16 prompts/),
      remedy: expect.stringContaining("seed"),
    });
  });
});

describe("test-time training", () => {
  it("trains on the evaluated prompts, every row of a file, and evaluates on them again", async () => {
    const few = at("few.jsonl");
    fs.writeFileSync(few, fs.readFileSync(base.file, "utf8").split("\n").slice(0, 12).join("\n"));
    const output = at("test-time");
    const config = tinyTraining(base, output, {
      testTime: true,
      prompts: { file: few, answerColumn: "answer" },
      evaluation: { size: 100, samples: 4 },
      steps: 3,
    });
    const { start, end } = await train(config);
    expect([start!.prompts, end!.prompts]).toEqual([12, 12]);
    expect(end!.maj!.value).toEqual(expect.any(Number));
    const drawn = new Set<string>();
    for (const step of [1, 2, 3])
      for (const { promptId } of await rolloutsOf(output, step)) drawn.add(promptId);
    expect(drawn.size).toBe(12);
    const asked = { model: output, size: 100, samples: 4, engine: { threads: 1 } };
    expect(await evaluateModel(evalConfigSchema.parse(asked))).toMatchObject({ prompts: 12, maj: end!.maj });
    // The answers change no weight.
    const blind = {
      ...config,
      output: at("test-time-blind"),
      prompts: { ...config.prompts, answerColumn: undefined },
    };
    await train(blind);
    const last = (run: string) => weightsOf(listCheckpoints(run).at(-1)!.path);
    expect(last(blind.output)).toBe(last(output));
  });
});

describe("monitors that stop a run and go back", () => {
  /** A learning rate that ruins the model at once. */
  const ruinous = { adam: { learningRate: 0.3, gradClipNorm: 0 }, steps: 8, checkpointEvery: 3 } as const;
  const labelled = {
    ...ruinous,
    evaluation: { size: 8, samples: 2 },
    validation: { size: 8, samples: 4, every: 2 },
    monitors: {
      best: { on: "validation.mean", detector: { kind: "plateau", patience: 2 }, onAlarm: "restore-best" },
    },
  } as const;

  it("on labelled prompts: goes back to the best policy, which the run then ends with", async () => {
    const output = at("labelled");
    const { steps, earlyStop, end, start } = await train(tinyTraining(base, output, labelled));
    expect(steps).toBe(4);
    expect(earlyStop).toMatchObject({
      step: 4,
      restored: 0,
      stopped: true,
      reason: expect.stringContaining("mean"),
    });
    expect(readRunInfo(output)).toMatchObject({
      status: "finished",
      earlyStop: { restored: 0, stopped: true },
    });
    const records = recordsOf(output);
    expect(records.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "eval 0",
      "validation 0",
      "step 1",
      "step 2",
      "validation 2",
      "step 3",
      "step 4",
      "validation 4",
      "eval 4",
    ]);
    expect(end).toEqual(start);
    expect(records.at(-1)!.metrics.restoredStep).toBe(0);
    const checkpoints = listCheckpoints(output);
    const last = checkpoints.at(-1)!;
    expect([last.step, policyOf(last.path)]).toEqual([4, 0]);
    expect(weightsOf(last.path)).toBe(weightsOf(checkpoints[0]!.path));
    // The prompts it was decided on are not those of the evaluation.
    expect(records[0]!.metrics.mean).not.toBe(records[1]!.metrics.mean);
    await expect(
      train(tinyTraining(base, output, { ...labelled, steps: 9 }), { resume: true }),
    ).rejects.toMatchObject({ code: "run-config-changed" });
  });

  it("on labelled prompts: never prunes the best checkpoint, and hands it over at the last step", async () => {
    const output = at("kept");
    const config = tinyTraining(base, output, {
      ...labelled,
      checkpointEvery: 1,
      keepCheckpoints: 1,
      validation: { size: 8, samples: 4, every: 1 },
      monitors: {
        best: { on: "validation.mean", detector: { kind: "plateau", patience: 50 }, onAlarm: "restore-best" },
      },
      adam: { learningRate: 3e-3 },
      steps: 6,
    });
    const { earlyStop, interrupted } = await train(config);
    expect(interrupted).toBe(false);
    const values = recordsOf(output)
      .filter(({ kind }) => kind === "validation")
      .map(({ metrics }) => metrics.mean as number);
    expect(values).toHaveLength(7);
    const best = values.indexOf(Math.max(...values));
    expect(earlyStop?.restored ?? 6).toBe(best);
    expect(listCheckpoints(output).map(({ step }) => step)).toEqual([...new Set([0, best, 6])].sort());
  });

  it("on labelled prompts: continued after stops, ends in the same bytes", async () => {
    const config = tinyTraining(base, at("labelled-stopped"), labelled);
    await train({ ...config, output: at("labelled-whole") });
    const summary = await inPieces(config, [1, 3]);
    expect(summary.earlyStop).toMatchObject({ step: 4, restored: 0 });
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("labelled-whole"), notConfig));
    // And a finished one stays as it is.
    expect((await train(config, { resume: true })).earlyStop).toMatchObject({ step: 4, restored: 0 });
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("labelled-whole"), notConfig));
  });

  it("on signs of collapse: goes back to before the first of them, without any label", async () => {
    const config = tinyTraining(base, at("monitored"), {
      ...ruinous,
      prompts: { file: base.file, size: 64 },
      evaluation: { size: 0 },
      checkpointEvery: 1,
      promptsPerStep: 8,
      monitors: {
        default: "off",
        signs: {
          detector: {
            kind: "any",
            of: [
              { on: "topShare", kind: "rise", by: 0.15, from: "first" },
              { on: "marginalAnswerEntropy", kind: "fall", ratio: 0.8, from: "first" },
              { on: "distinctMajorityShare", kind: "fall", ratio: 0.7, from: "first" },
            ],
          },
          onAlarm: "restore-best",
        },
      },
    });
    const { earlyStop } = await train(config);
    expect(earlyStop).toMatchObject({
      stopped: true,
      reason: expect.stringMatching(/at step \d+, (above|below) /),
    });
    const { step, restored } = earlyStop!;
    // One step saw the signs; the one before it, without any, had begun with the policy that is restored.
    expect(restored).toBe(step - 2);
    const last = listCheckpoints(config.output).at(-1)!;
    expect([last.step, policyOf(last.path)]).toEqual([step, restored]);

    const pieces = { ...config, output: at("monitored-stopped") };
    await inPieces(pieces, [1]);
    expect(runContents(pieces.output, notConfig)).toEqual(runContents(config.output, notConfig));
  });
});
