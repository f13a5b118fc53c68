/** The demo's stages and results on settings small enough for a test. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { demo, isFinished } from "../../../dist/apps/demo/demo.js";
import { demoResults } from "../../../dist/apps/demo/results.js";
import { addStageTime, stageTimes } from "../../../dist/apps/demo/stage-times.js";
import { isDone, runStage, STAGES } from "../../../dist/apps/demo/stages.js";
import { type DemoSettings, demoSettings } from "../../../src/apps/demo/settings.js";
import { createRun } from "../../../src/run/open-run.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { recordsOf } from "../../training/loop/run-contents.js";
import { tinyBase, tinyPretraining, tinyTraining } from "../../training/loop/tiny-base.js";

const tiny = tinyBase();
const at = (name: string) => join(tiny.folder, name);

const tinySettings = (): DemoSettings => ({
  base: tinyPretraining(tiny, tiny.model),
  srt: tinyTraining(tiny, at("srt"), { steps: 2 }),
  fixedTeacher: tinyTraining(tiny, at("fixed-teacher"), { steps: 2, reward: "fixed-teacher" }),
  groundTruth: tinyTraining(tiny, at("ground-truth"), { steps: 2, reward: "ground-truth" }),
  twoWaysBase: tinyPretraining(tiny, at("two-ways-base"), { steps: 2 }),
  twoWays: tinyTraining(tiny, at("two-ways"), { steps: 2 }),
  collapse: tinyTraining(tiny, at("collapse"), { steps: 2, evaluation: { size: 8, samples: 2, every: 1 } }),
  mitigated: tinyTraining(tiny, at("mitigated"), { steps: 2, reward: "fixed-teacher" }),
});

describe("stages", () => {
  it("are done once: continued where they were interrupted, and kept where they are finished", async () => {
    const settings = tinySettings();
    const stop = new AbortController();
    const observer = () => stop.abort();
    expect(await runStage("srt", settings, { signal: stop.signal, observer })).toBe(false);
    expect(readRunInfo(settings.srt.output).status).toBe("interrupted");
    for (const { name } of STAGES) {
      expect(isDone(name, settings), name).toBe(name === "base");
      if (name !== "base") expect(await runStage(name, settings, {})).toBe(true);
      expect(isDone(name, settings), name).toBe(true);
    }
  });

  it("of an earlier version, whose label took one answer, pass for those of today", () => {
    const settings = tinySettings();
    const path = join(settings.srt.output, "config.yaml");
    const today = fs.readFileSync(path, "utf8");
    fs.writeFileSync(path, today.replace(/^ +minAnswers: .*\n/m, ""));
    expect(isDone("srt", settings)).toBe(true);
    fs.writeFileSync(path, today.replace(/minAnswers: .*/, "minAnswers: 3"));
    expect(() => isDone("srt", settings)).toThrow(expect.objectContaining({ code: "run-config-changed" }));
    fs.writeFileSync(path, today);
  });

  it("do not pass for those of other settings", () => {
    const settings = tinySettings();
    const other = { ...settings, srt: { ...settings.srt, seed: settings.srt.seed + 1 } };
    expect(() => isDone("srt", other)).toThrow(expect.objectContaining({ code: "run-config-changed" }));
  });

  it("add up their times over sittings", () => {
    const folder = fs.mkdtempSync(at("times-"));
    expect(stageTimes(folder)).toEqual({});
    addStageTime(folder, "srt", 2);
    addStageTime(folder, "base", 1);
    addStageTime(folder, "srt", 0.5);
    expect(stageTimes(folder)).toEqual({ srt: 2.5, base: 1 });
    fs.writeFileSync(join(folder, "demo.json"), "torn");
    expect(stageTimes(folder)).toEqual({});
  });

  it("leave the results that the demo reports", async () => {
    const settings = tinySettings();
    const { arms, series, twoWays, collapse, votes } = await demoResults(settings);
    const evaluations = (name: "srt" | "groundTruth" | "twoWays" | "collapse") =>
      recordsOf(settings[name].output).filter(({ kind }) => kind === "eval");
    const [start, end] = [evaluations("srt")[0]!.metrics, evaluations("srt").at(-1)!.metrics];
    expect(arms.base).toMatchObject({ mean: start.mean, meanCi: [start.meanLow, start.meanHigh] });
    expect(arms.srt).toMatchObject({ mean: end.mean, maj: end.maj, greedy: end.greedy, pass: end.pass });
    expect(arms.groundTruth.mean).toBe(evaluations("groundTruth").at(-1)!.metrics.mean);
    expect(series.srt).toEqual(recordsOf(settings.srt.output));

    const [before, after] = [evaluations("twoWays")[0]!.metrics, evaluations("twoWays").at(-1)!.metrics];
    expect(twoWays.base).toMatchObject({ maj: before.maj, greedyCi: [before.greedyLow, before.greedyHigh] });
    expect(twoWays.srt).toMatchObject({ mean: after.mean, majCi: [after.majLow, after.majHigh] });
    // This base knows one way, to state its answer at once.
    expect(twoWays.ways.first).toMatchObject({ workedOutShare: 0, workedOutAgree: null });
    expect(twoWays.ways.last.guessesAgree).toBeGreaterThan(0);
    expect(twoWays.series).toEqual(recordsOf(settings.twoWays.output));

    const [first, , last] = evaluations("collapse").map(({ metrics }) => metrics);
    expect(collapse.srt).toMatchObject({
      accuracyStart: first!.mean,
      accuracyEnd: last!.mean,
      agreementEnd: last!.agreement,
      topShareEnd: last!.topShare,
    });
    expect(votes.map(({ title }) => title)).toEqual(
      ["Self-training", "Two ways", "Prompts that are too hard"].flatMap((part) => [
        `${part}, step 1`,
        `${part}, step 2`,
      ]),
    );
    for (const { examples } of votes) expect(examples).toHaveLength(4);
    for (const { truth } of votes[0]!.examples) expect(truth).toMatch(/^\d+$/);
  });
});

describe("demo", () => {
  it("of an earlier version, without the runs that have come since, is not finished: it goes on with those", () => {
    const finished = demoSettings(at("earlier"), 0);
    for (const [name, config] of Object.entries(finished)) {
      expect(isFinished(at("earlier"), 0), name).toBe(false);
      const kind = "vote" in config ? "train" : "pretrain";
      createRun(config.output, kind, config).close({ status: "finished" });
    }
    expect(isFinished(at("earlier"), 0)).toBe(true);
    fs.rmSync(finished.twoWays.output, { recursive: true });
    expect(isFinished(at("earlier"), 0)).toBe(false);
    expect(STAGES.filter(({ name }) => !isDone(name, finished)).map(({ name }) => name)).toEqual(["twoWays"]);
  });

  it("that is stopped says so, reports nothing, and leaves a stage that can be continued", async () => {
    const stages: string[] = [];
    const result = await demo({
      output: at("stopped"),
      seed: 0,
      signal: AbortSignal.abort(),
      onStage: ({ name }) => stages.push(name),
    });
    expect(result).toBeNull();
    expect(stages).toEqual(["base"]);
    expect(fs.readdirSync(at("stopped"))).toEqual(["base", "demo.json"]);
    expect(readRunInfo(at("stopped/base")).status).toBe("interrupted");
    expect(isFinished(at("stopped"), 0)).toBe(false);
  });
});
