/** A run that was cut short and continued equals one that was not, byte for byte. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { join, relative } from "node:path";
import { type PretrainConfig, pretrain, type TrainConfig, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { isPartial } from "../../../src/io/fs/atomic.js";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { isRun, readRunInfo } from "../../../src/run/run-info.js";
import { type Fault, snapshots, trainInChild } from "./child.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyPretraining, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";
const tinyModel = { hiddenSize: 16, layers: 1, heads: 2, feedForward: 16, contextLength: 16 };

/** What a resumed run finds, unfinished writes by their presence alone: it deletes them unread. */
function stateOf(folder: string): string {
  const hash = createHash("sha256");
  for (const entry of fs.readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const names = relative(folder, path).split("/");
    const unfinished = names.findIndex(isPartial);
    if (unfinished >= 0 && unfinished < names.length - 1) continue;
    hash.update(names.join("/").replace(/partial-[0-9a-f]+$/, "partial\n"));
    if (entry.isFile() && unfinished < 0) hash.update(fs.readFileSync(path));
  }
  return hash.digest("hex");
}

/** One snapshot of every different state. */
function distinct(folders: readonly string[]): string[] {
  return [...new Map(folders.map((folder) => [stateOf(folder), folder])).values()];
}

/** Runs the configuration undisturbed in a child that keeps a copy of every state of the run directory. */
async function everyState(kind: "train" | "pretrain", config: TrainConfig | PretrainConfig) {
  const copies = `${config.output}.states`;
  await trainInChild(kind, config, { do: "snapshot", to: copies });
  return { copies, states: distinct(snapshots(copies)) };
}

describe("every state of the run directory that a kill can leave", () => {
  it("train: continues to the same end", async () => {
    const output = at("undisturbed");
    const config = tinyTraining(base, output, {
      prompts: { file: base.file, answerColumn: "answer", size: 8 },
      reward: "fixed-teacher",
      teacherSamples: 4,
      steps: 3,
      promptsPerStep: 2,
    });
    const { copies, states } = await everyState("train", config);
    const expected = runContents(output);
    expect(expected.metrics.map(({ kind, step }) => `${kind} ${step}`)).toEqual([
      "eval 0",
      "step 1",
      "step 2",
      "eval 2",
      "step 3",
      "eval 3",
    ]);
    expect(listCheckpoints(output).map(({ step }) => step)).toEqual([0, 3]);

    // Until run.json is there a run is begun anew: the first and the last of those states stand for the others.
    const born = states.filter(isRun);
    const unborn = states.filter((state) => !isRun(state));
    expect(unborn.length).toBeGreaterThan(5);
    expect(born.length).toBeGreaterThan(20);
    // Neighbours differ in one file: every second one, and the last.
    const some = born.filter((_, i) => i % 2 === 0 || i === born.length - 1);
    for (const state of [unborn[0]!, unborn.at(-1)!, ...some]) {
      fs.rmSync(output, { recursive: true });
      fs.cpSync(state, output, { recursive: true });
      const before = readLines(output);
      await train(config, { resume: true });
      const where = relative(copies, state);
      expect(runContents(output), where).toEqual(expected);
      expect(readRunInfo(output).status, where).toBe("finished");
      // Lines that were written stay as they were, times included; a torn one is written again.
      expect(readLines(output).slice(0, before.length), where).toEqual(before);
    }
  }, 180_000);

  it("train with rejection, refill and a monitor that goes back: continues to the same end", async () => {
    const output = at("curricula");
    const config = tinyTraining(base, output, {
      steps: 3,
      promptsPerStep: 2,
      evaluation: { size: 4, samples: 2 },
      adam: { learningRate: 0.3, gradClipNorm: 0 },
      rejection: { minAgreement: 0.5, refillRounds: 2, onShortBatch: "train" },
      validation: { size: 4, samples: 2, every: 1 },
      monitors: {
        best: { on: "validation.mean", detector: { kind: "plateau", patience: 1 }, onAlarm: "restore-best" },
      },
    });
    const { copies, states } = await everyState("train", config);
    const expected = runContents(output);
    expect(expected.metrics.at(-1)).toMatchObject({ kind: "eval", metrics: { restoredStep: 0 } });
    for (const state of states.filter(isRun).filter((_, i) => i % 2 === 0)) {
      fs.rmSync(output, { recursive: true });
      fs.cpSync(state, output, { recursive: true });
      const { earlyStop } = await train(config, { resume: true });
      expect(earlyStop).toMatchObject({ restored: 0 });
      expect(runContents(output), relative(copies, state)).toEqual(expected);
    }
  }, 400_000);

  it("pretrain: continues to the same end", async () => {
    const output = at("pretrained");
    const config = tinyPretraining(base, output, {
      steps: 3,
      batchSize: 8,
      warmupSteps: 1,
      checkpointEvery: 2,
      model: tinyModel,
    });
    const { states } = await everyState("pretrain", config);
    const expected = runContents(output);
    expect(expected.metrics.at(-1)!.kind).toBe("eval");
    for (const state of states.filter(isRun)) {
      fs.rmSync(output, { recursive: true });
      fs.cpSync(state, output, { recursive: true });
      await pretrain(config, { resume: true });
      expect(runContents(output), state).toEqual(expected);
    }
  }, 180_000);
});

const readLines = (run: string) => {
  const path = join(run, "metrics.jsonl");
  return fs.existsSync(path) ? fs.readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
};

describe("kill -9", () => {
  it("at one point after another, then continued: as if nothing had happened", async () => {
    const undisturbed = tinyTraining(base, at("calm"));
    await train(undisturbed);
    const config = { ...undisturbed, output: at("killed") };
    const points: Fault[] = [
      // While the directory is made: there is no run yet.
      { do: "kill", call: "renameSync", path: "config.yaml" },
      // Within the line of the first evaluation; before the first checkpoint.
      { do: "tear", call: "writeSync", path: "metrics.jsonl" },
      // In the engine's thread, within the weights of a checkpoint.
      { do: "tear", call: "writeSync", path: "model.safetensors", nth: 5 },
      // Rollouts are there, their metrics not.
      { do: "kill", call: "writeSync", path: "metrics.jsonl", nth: 2 },
      // Within the metrics of a step.
      { do: "tear", call: "writeSync", path: "metrics.jsonl", nth: 2 },
      // Metrics are there, the checkpoint is complete but has not its name.
      { do: "kill", call: "renameSync", path: "step-000002.partial" },
      // The checkpoint is there, the one before it half removed.
      { do: "kill", call: "rmSync", path: "checkpoints/step-000002.partial" },
    ];
    for (const point of points) {
      const { signal } = await trainInChild("train", config, point);
      expect(signal, JSON.stringify(point)).toBe("SIGKILL");
    }
    const { code } = await trainInChild("train", config);
    expect(code).toBe(0);
    expect(runContents(config.output, notConfig)).toEqual(runContents(undisturbed.output, notConfig));
    expect(readRunInfo(config.output).status).toBe("finished");
  }, 180_000);
});

describe("interruption by a signal", () => {
  it("train: stops after the step with a checkpoint, and continues to the same end", async () => {
    const config = tinyTraining(base, at("signalled"), { steps: 5, evaluation: { size: 8, samples: 2 } });
    await train({ ...config, output: at("unsignalled") });
    for (const stopAt of [1, 4]) {
      const stop = new AbortController();
      const summary = await train(config, {
        resume: true,
        signal: stop.signal,
        observer: (event) => {
          if (event.type === "step" && event.step === stopAt) stop.abort();
        },
      });
      expect(summary).toMatchObject({ interrupted: true, steps: stopAt, end: null });
      expect(listCheckpoints(config.output).at(-1)!.step).toBe(stopAt);
      expect(readRunInfo(config.output).status).toBe("interrupted");
    }
    expect(await train(config, { resume: true })).toMatchObject({ interrupted: false, steps: 5 });
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("unsignalled"), notConfig));
  });

  it("before the first step leaves a run that can be continued", async () => {
    const config = tinyTraining(base, at("never"), { steps: 1 });
    expect(await train(config, { signal: AbortSignal.abort() })).toMatchObject({
      interrupted: true,
      steps: 0,
    });
    expect(await train(config, { resume: true })).toMatchObject({ interrupted: false, steps: 1 });
  });

  it("pretrain: continues to the same end, learning-rate decay included", async () => {
    const config = tinyPretraining(base, at("pretrain-signalled"), {
      steps: 5,
      batchSize: 8,
      model: tinyModel,
    });
    await pretrain({ ...config, output: at("pretrain-unsignalled") });
    const stop = new AbortController();
    const summary = await pretrain(config, {
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "step" && event.step === 3) stop.abort();
      },
    });
    expect(summary).toMatchObject({ interrupted: true, steps: 3, end: null });
    const steps: number[] = [];
    await pretrain(config, {
      resume: true,
      observer: (event) => {
        if (event.type === "record") steps.push(event.record.step);
      },
    });
    expect(steps).toEqual([4, 5, 5]);
    expect(runContents(config.output, notConfig)).toEqual(runContents(at("pretrain-unsignalled"), notConfig));
  });
});

describe("continuing with another configuration", () => {
  it("is refused where the result would be another, and leaves the run as it was", async () => {
    const config = tinyTraining(base, at("changed"));
    await train(config);
    const before = runContents(config.output);
    for (const [key, changes] of Object.entries({
      seed: { seed: 1 },
      "adam.learningRate": { adam: { learningRate: 2e-3 } },
      reward: { reward: "ground-truth" as const },
      steps: { steps: 3 },
    })) {
      const changed = tinyTraining(base, config.output, changes);
      await expect(train(changed, { resume: true })).rejects.toMatchObject({
        code: "run-config-changed",
        found: { [key]: expect.anything() },
        remedy: expect.stringContaining("stored values"),
      });
    }
    expect(runContents(config.output)).toEqual(before);
    expect(readRunInfo(config.output).status).toBe("finished");
  });

  it("more steps: the longer run is as if it had been so from the start", async () => {
    const short = tinyTraining(base, at("longer"));
    const long = tinyTraining(base, short.output, { steps: 6 });
    await train(short);
    const summary = await train(long, { resume: true });
    await train({ ...long, output: at("long") });
    expect(summary.start).toEqual((await train(long, { resume: true })).start);
    expect(runContents(long.output, notConfig)).toEqual(runContents(at("long"), notConfig));
  });

  it("pretraining with a decaying learning rate cannot be lengthened, with a constant one it can", async () => {
    const small = { batchSize: 8, model: tinyModel, steps: 2 } as const;
    const cosine = tinyPretraining(base, at("cosine"), small);
    await pretrain(cosine);
    await expect(pretrain({ ...cosine, steps: 3 }, { resume: true })).rejects.toMatchObject({
      code: "run-config-changed",
    });
    const constant = tinyPretraining(base, at("constant"), { ...small, decay: "constant" });
    await pretrain(constant);
    expect(await pretrain({ ...constant, steps: 3 }, { resume: true })).toMatchObject({ steps: 3 });
    const losses = recordsOf(constant.output).filter(({ kind }) => kind === "step");
    expect(losses.map(({ step }) => step)).toEqual([1, 2, 3]);
  });
});
