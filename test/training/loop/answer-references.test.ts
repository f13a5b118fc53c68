/** What answers are held against: the first steps of their stage, whatever became of the run in between. */
import fs from "node:fs";
import { join } from "node:path";
import { replay, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { stageStart } from "../../../src/apps/replay/steps.js";
import type { AnsweredGroup } from "../../../src/core/monitor/group.js";
import { jensenShannon } from "../../../src/core/monitor/label-free/answer-shift.js";
import { tallyOf } from "../../../src/core/monitor/label-free/tally.js";
import { listRollouts, readRollouts } from "../../../src/run/rollouts.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";
import { AnswerReferences } from "../../../src/training/loop/answer-references.js";
import { storedAnswers } from "../../../src/training/loop/stored-answers.js";
import { trainInChild } from "./child.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const steps = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");
const without = (name: string) => name === "config.yaml";

const answered = (answer: string): AnsweredGroup[] => [{ promptId: "p", answers: [answer, answer] }];

describe("AnswerReferences", () => {
  it("takes the first three steps of the stage, once, and none before they are done", async () => {
    const asked: number[] = [];
    const references = new AnswerReferences(async (step) => {
      asked.push(step);
      return answered(String(step));
    });
    for (const step of [1, 2, 3]) expect(await references.at(step, 0)).toBeNull();
    const first = await references.at(4, 0);
    expect([...first!.pooled.counts.keys()]).toEqual(["1", "2", "3"]);
    expect(await references.at(5, 0)).toBe(first);
    expect(await references.at(6, 5)).toBeNull();
    expect([...(await references.at(9, 5))!.pooled.counts.keys()]).toEqual(["6", "7", "8"]);
    expect(asked).toEqual([1, 2, 3, 6, 7, 8]);
  });

  it("has none where one of the steps is lost", async () => {
    const references = new AnswerReferences(async (step) => (step === 2 ? null : answered("1")));
    expect(await references.at(4, 0)).toBeUndefined();
  });
});

describe("a run", () => {
  const config = (output: string) =>
    tinyTraining(base, output, {
      steps: 6,
      adam: { learningRate: 1e-2 },
      evaluation: { size: 0 },
      votesPerPrompt: 6,
      rejection: { minAgreement: 0.3, refillRounds: 1, onShortBatch: "train" },
    });

  it("is held against its first steps as anyone can compute from its rollouts", async () => {
    await train(config(at("whole")));
    const records = steps(at("whole"));
    expect(records.map(({ metrics }) => metrics.excessShare === null)).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
    const answers = new Map<number, AnsweredGroup[]>();
    for (const { step, path } of listRollouts(at("whole/rollouts")))
      answers.set(step, storedAnswers(await readRollouts(path), config("x")));
    for (const groups of answers.values()) {
      expect(groups.map((group) => group.answers.length)).toEqual([6, 6, 6, 6]);
    }
    const before = tallyOf([1, 2, 3].flatMap((step) => answers.get(step)!));
    for (const { step, metrics } of records.slice(3)) {
      const now = tallyOf(answers.get(step)!);
      expect(metrics.answerShift).toBe(jensenShannon(now, before));
      const excess = [...now.counts].map(
        ([answer, { count }]) =>
          count / now.rollouts - (before.counts.get(answer)?.count ?? 0) / before.rollouts,
      );
      expect(metrics.excessShare).toBeCloseTo(Math.max(...excess), 12);
      expect(typeof metrics.excessAnswer).toBe("string");
    }
    // Of another stage it would be other steps; of a replay it is the same, of one step too.
    for (const chosen of [undefined, "5"]) {
      const { same, differences } = await replay({ run: at("whole"), ...(chosen && { steps: chosen }) });
      expect({ same, differences }).toEqual({ same: true, differences: [] });
    }
  }, 60_000);

  it.each([2, 4, 5])(
    "that is killed as it writes step %i, and goes on, has the same metrics",
    async (step) => {
      const output = at(`killed-${step}`);
      const name = `rollouts/step-00000${step}.parquet`;
      const { signal } = await trainInChild("train", config(output), {
        do: "kill",
        call: "renameSync",
        path: name,
      });
      expect(signal).toBe("SIGKILL");
      await train(config(output), { resume: true });
      expect(runContents(output, without)).toEqual(runContents(at("whole"), without));
    },
    60_000,
  );

  it.each([
    ["is gone", (path: string) => fs.rmSync(path)],
    ["is no Parquet", (path: string) => fs.writeFileSync(path, "nothing")],
  ])(
    "whose reference %s goes on without, and says so once",
    async (name, lose) => {
      const output = at(`lost-${name.replaceAll(" ", "-")}`);
      fs.cpSync(at("whole"), output, { recursive: true });
      lose(join(output, "rollouts/step-000002.parquet"));
      const notices: string[] = [];
      await train(
        { ...config(output), steps: 8 },
        {
          resume: true,
          observer: (event) => {
            if (event.type === "notice" && event.code === "reference-lost") notices.push(event.message);
          },
        },
      );
      expect(notices).toEqual([expect.stringContaining("The answers of step 2")]);
      const records = steps(output);
      expect(records.slice(0, 6)).toEqual(steps(at("whole")));
      for (const { metrics } of records.slice(6)) {
        expect(metrics).not.toHaveProperty("excessShare");
        expect(metrics).not.toHaveProperty("answerShift");
        expect(metrics.withinPromptAgreement).toBeGreaterThan(0);
      }
      const { differences } = await replay({ run: output, steps: "7-8" });
      expect(differences).toEqual([]);
    },
    60_000,
  );
});

it("a replay reads where a stage began off the lines", () => {
  const line = (step: number, stage?: number): MetricRecord => ({
    kind: "step",
    step,
    metrics: stage === undefined ? {} : { stage },
    time: {},
  });
  const staged = [1, 1, 1, 2, 2, 3].map((stage, i) => line(i + 1, stage));
  expect([1, 3, 4, 5, 6].map((step) => stageStart(staged, step))).toEqual([0, 0, 3, 3, 5]);
  const plain = [1, 2, 3, 4].map((step) => line(step));
  expect([1, 4, 9].map((step) => stageStart(plain, step))).toEqual([0, 0, 0]);
  // Of the second stage neither step 4 nor the step before it may be lost.
  expect(stageStart(staged.toSpliced(3, 1), 5)).toBeNull();
  expect(stageStart(staged.toSpliced(2, 1), 5)).toBeNull();
  expect(stageStart(staged.toSpliced(4, 1), 5)).toBeNull();
});
