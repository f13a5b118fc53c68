/** Controls of a training: taken between two steps, part of the run, and the same again after a kill at any moment. */
import fs from "node:fs";
import { join } from "node:path";
import { type Observer, replay, type TrainConfig, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import {
  askControl,
  type ControlAction,
  controlNumbers,
  isPaused,
  readControlLog,
} from "../../../src/run/control.js";
import { lockHolder } from "../../../src/run/lock.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { type Ask, trainInChild } from "../loop/child.js";
import { recordsOf, runContents } from "../loop/run-contents.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const config = (name: string, changes: Partial<TrainConfig> = {}) => ({
  ...tinyTraining(base, at(name), { steps: 5, promptsPerStep: 4, checkpointEvery: 4 }),
  ...changes,
});

/** Asks for each control when the line of its step is written, unless it was asked before. */
const asking =
  (run: string, asks: readonly Ask[], told: string[] = []): Observer =>
  (event) => {
    if (event.type === "notice") told.push(event.code);
    if (event.type !== "record" || event.record.kind !== "step") return;
    for (const [i, { step, asked }] of asks.entries())
      if (event.record.step === step && controlNumbers(run).length === i) askControl(run, asked);
  };

/** The log without its times. */
const decided = (run: string) => readControlLog(run).map(({ at: _, ...own }) => own);
const ofControls = (name: string) => name.startsWith("control");

describe("a learning rate, a filter and a checkpoint that are asked for", () => {
  const asks: readonly Ask[] = [
    { step: 1, asked: { action: "learning-rate", factor: 0.5 } },
    { step: 2, asked: { action: "filter", minAgreement: 0.75 } },
    { step: 2, asked: { action: "checkpoint" } },
  ];
  const undisturbed = at;

  it("hold from the next step on, and a replay makes the same groups", async () => {
    const run = undisturbed("undisturbed");
    const told: string[] = [];
    await train(config("undisturbed"), { observer: asking(run, asks, told) });
    expect(decided(run)).toEqual(
      asks.map(({ step, asked }, i) => ({ number: i + 1, asked, step, refused: null })),
    );
    expect(told.filter((code) => code === "control-taken")).toHaveLength(3);
    const steps = recordsOf(run).filter(({ kind }) => kind === "step");
    const rates = steps.map(({ metrics }) => metrics.learningRate as number);
    expect(rates.slice(1)).toEqual(rates.slice(1).map(() => rates[0]! / 2));
    const rejected = await Promise.all(
      [1, 2, 3, 4, 5].map(async (step) => {
        const rows = await readRollouts(join(run, `rollouts/step-00000${step}.parquet`));
        return rows.some((row) => row.rejected === "agreement");
      }),
    );
    expect([rejected.slice(0, 2), rejected.slice(2).some(Boolean)]).toEqual([[false, false], true]);
    const { same, differenceCount } = await replay({ run });
    expect([same, differenceCount]).toEqual([true, 0]);
  });

  it.each([
    ["before the rate is written down", "renameSync", "control/log.jsonl", 1],
    ["before the filter is written down", "renameSync", "control/log.jsonl", 2],
    ["once both are", "renameSync", "rollouts/step-000003", 1],
  ])("end in the same bytes after a kill %s", async (_, call, path, nth) => {
    const name = `killed-${path.replaceAll("/", "-")}-${nth}`;
    const own = config(name);
    const { signal } = await trainInChild("train", own, { do: "kill", call, path, nth }, asks);
    expect(signal).toBe("SIGKILL");
    const before = decided(own.output);
    await train(own, { resume: true, observer: asking(own.output, asks) });
    expect(runContents(own.output, ofControls)).toEqual({
      ...runContents(undisturbed("undisturbed"), ofControls),
      files: {
        ...runContents(undisturbed("undisturbed"), ofControls).files,
        "config.yaml": expect.any(String),
      },
    });
    const after = decided(own.output);
    expect(after.slice(0, before.length)).toEqual(before);
    expect(after.map(({ step }) => step)).toEqual([1, 2, 2]);
  });

  it("that make a checkpoint make it again where a kill came before it", async () => {
    const own = config("killed-checkpoint", { checkpointEvery: 100, keepCheckpoints: 5 });
    const fault = { do: "kill", call: "renameSync", path: "checkpoints/step-000002", nth: 1 } as const;
    expect((await trainInChild("train", own, fault, asks)).signal).toBe("SIGKILL");
    expect(listCheckpoints(own.output).map(({ step }) => step)).toEqual([0]);
    await train(own, { resume: true });
    expect(listCheckpoints(own.output).map(({ step }) => step)).toEqual([0, 2, 5]);
  });
});

describe("a stop", () => {
  it("leaves a checkpoint after its step, and the resumed run ends as one that was never stopped", async () => {
    const [stopped, whole] = [config("stopped"), config("whole")];
    const asks: readonly Ask[] = [{ step: 3, asked: { action: "stop" } }];
    const summary = await train(stopped, { observer: asking(stopped.output, asks) });
    expect(summary).toMatchObject({ interrupted: true, steps: 3 });
    expect(readRunInfo(stopped.output).status).toBe("interrupted");
    expect(listCheckpoints(stopped.output).at(-1)!.step).toBe(3);
    expect(await train(stopped, { resume: true })).toMatchObject({ interrupted: false, steps: 5 });
    await train(whole);
    const without = (name: string) => ofControls(name) || name === "config.yaml";
    expect(runContents(stopped.output, without)).toEqual(runContents(whole.output, without));
  });
});

describe("a pause", () => {
  it("holds the run until it is resumed, and changes nothing else", async () => {
    const own = config("paused", { steps: 2 });
    const told: string[] = [];
    let paused: boolean | undefined;
    const observer: Observer = (event) => {
      asking(own.output, [{ step: 1, asked: { action: "pause" } }], told)(event);
      if (event.type !== "notice" || event.code !== "control-taken" || paused !== undefined) return;
      // Once the run waits: this very call is made before it does.
      setTimeout(() => {
        const { since } = lockHolder(join(own.output, "lock"))!;
        paused = isPaused(readControlLog(own.output), since);
        told.push("looked");
        askControl(own.output, { action: "resume" });
      }, 50);
      paused = false;
    };
    await train(own, { observer });
    expect(paused).toBe(true);
    expect(decided(own.output).map(({ asked, step, refused }) => [asked?.action, step, refused])).toEqual([
      ["pause", 1, null],
      ["resume", 1, null],
    ]);
    expect(recordsOf(own.output).filter(({ kind }) => kind === "step")).toHaveLength(2);
  });

  it("ends with a checkpoint where the process is told to stop", async () => {
    const own = config("paused-stopped");
    const stop = new AbortController();
    const observer: Observer = (event) => {
      asking(own.output, [{ step: 1, asked: { action: "pause" } }])(event);
      if (event.type === "notice" && event.code === "control-taken") setTimeout(() => stop.abort(), 20);
    };
    expect(await train(own, { observer, signal: stop.signal })).toMatchObject({
      interrupted: true,
      steps: 1,
    });
    expect(listCheckpoints(own.output).map(({ step }) => step)).toEqual([0, 1]);
    expect(isPaused(readControlLog(own.output), new Date(Date.now() + 1000).toISOString())).toBe(false);
  });
});

describe("what is refused", () => {
  const refusals = (run: string) => readControlLog(run).map(({ number, refused }) => [number, refused]);

  it("is said, and the run goes on", async () => {
    const own = config("refused", { steps: 2 });
    const write = (name: string, text: string) => {
      fs.mkdirSync(join(own.output, "control"), { recursive: true });
      fs.writeFileSync(join(own.output, "control", name), text);
    };
    const now = () => new Date().toISOString();
    const observer: Observer = (event) => {
      if (event.type !== "record" || event.record.kind !== "step" || event.record.step !== 1) return;
      askControl(own.output, { action: "resume" });
      write("000002.json", "{");
      write("000003.json", JSON.stringify({ at: now(), action: "learning-rate", factor: -1 }));
      write("000004.json", JSON.stringify({ at: now(), action: "explode" }));
      write("000005.json", JSON.stringify({ at: "2020-01-01T00:00:00Z", action: "stop" }));
      write("notes.txt", "not a control");
    };
    expect(await train(own, { observer })).toMatchObject({ interrupted: false });
    expect(refusals(own.output)).toEqual([
      [1, "the run is not paused"],
      [2, expect.stringContaining("it cannot be read")],
      [3, expect.stringContaining("factor")],
      [4, expect.stringContaining("action")],
      [5, "it was asked before this process began"],
    ]);
  });

  it("is all that comes after the last step", async () => {
    const own = config("late", { steps: 1 });
    const asked: ControlAction = { action: "learning-rate", factor: 2 };
    await train(own, { observer: asking(own.output, [{ step: 1, asked }]) });
    expect(refusals(own.output)).toEqual([[1, "the run was over"]]);
  });

  it("is a log that is not as it was written", async () => {
    const own = config("corrupt", { steps: 2 });
    const stop = [{ step: 1, asked: { action: "stop" } }] as const;
    await train(own, { observer: asking(own.output, stop) });
    fs.appendFileSync(join(own.output, "control/log.jsonl"), "{}\n");
    await expect(train(own, { resume: true })).rejects.toMatchObject({ code: "controls-corrupt" });
  });
});

it("numbers requests that are asked at once, each its own", () => {
  const run = at("asked");
  fs.mkdirSync(run);
  const numbers = [1, 2, 3].map(() => askControl(run, { action: "checkpoint" }).number);
  expect([numbers, controlNumbers(run)]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
  ]);
  expect(fs.readdirSync(join(run, "control")).filter((name) => name.includes("partial"))).toEqual([]);
});
