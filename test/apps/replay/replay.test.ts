/** A real run of a tiny model, replayed after its model is gone. */

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReplayConfig, replay, type TrainConfigInput, train } from "selftrain";
import { describe, expect, it } from "vitest";
import type { RolloutRow } from "../../../src/run/run-directory.js";
import { tinyTraining } from "../../training/loop/tiny-base.js";
import { byHand } from "./by-hand.js";
import { at, base, replayed, rowsOf, tampered, trained } from "./replaying.js";

describe("under its own configuration", () => {
  it.each<[string, Partial<TrainConfigInput>]>([
    ["majority", {}],
    ["weighted", { vote: { weights: "logprob", ties: "logprob" } }],
    ["by-token", { vote: { weights: "length-normalised" }, agreementThreshold: 0.5, advantage: "grpo" }],
    ["drawn", { vote: { ties: "random" }, advantage: "reinforce++" }],
    ["kl-reward", { klCoefficient: 0.1, klEstimator: "k1", adam: { learningRate: 0.01 } }],
    [
      "kl-moving",
      {
        advantage: "reinforce++-baseline",
        klCoefficient: 0.1,
        klIn: "reward",
        klEstimator: "k2",
        klReference: "moving",
        klReferenceEvery: 2,
      },
    ],
    ["kl-loss", { advantage: "grpo", klCoefficient: 0.1, updatesPerBatch: 2, miniBatches: 2 }],
    ["teacher", { reward: "fixed-teacher", teacherSamples: 4 }],
    ["truth", { reward: "ground-truth", advantage: "batch-normalised" }],
    ["read-otherwise", { answers: { regex: "#(\\d)", truncated: "extract" } }],
  ])("%s: every number comes out bit for bit", async (name, changes) => {
    const run = await trained(name, changes);
    const { result, rows, stored } = await replayed(run, name, {});
    expect(result).toMatchObject({
      same: true,
      changed: {},
      differenceCount: 0,
      differences: [],
      notice: null,
    });
    expect(result.total).toEqual({
      groups: 12,
      rollouts: 48,
      answers: 0,
      voteLabels: 0,
      labels: 0,
      rewards: 0,
      advantages: 0,
    });
    expect(rows).toEqual(stored);
    // It would be no proof if all of them were 0, or nothing was voted on.
    expect(stored.some(({ advantage }) => advantage !== 0)).toBe(true);
    expect(new Set(stored.map(({ voteShare }) => voteShare)).size).toBeGreaterThan(1);
    for (const { stored, replayed } of result.steps) {
      expect(Object.keys(stored)).toEqual(
        expect.arrayContaining(["reward", "agreement", "topShare", "labelAccuracy", "hackingGap"]),
      );
      expect(replayed).toMatchObject(stored);
    }
  });

  it("stores the KL only where one was measured", async () => {
    const [kl, none] = [
      await rowsOf(join(await trained("kl-reward"), "rollouts")),
      await rowsOf(join(await trained("majority"), "rollouts")),
    ];
    expect(kl.every((row) => typeof row.kl === "number")).toBe(true);
    // The first step samples from the reference itself.
    expect(kl.filter(({ step }) => step > 1).some((row) => row.kl !== 0)).toBe(true);
    expect(none.every((row) => row.kl === null)).toBe(true);
  });

  it.each<[string, Partial<RolloutRow>, string[]]>([
    // The completion stays: what is read from it is another answer.
    ["answer", { answer: "999" }, ["answer"]],
    ["advantage", { advantage: 0.125 }, ["advantage"]],
    ["reward", { reward: 0.75 }, ["reward"]],
  ])("finds a tampered %s, at its place", async (name, change, columns) => {
    const run = await tampered(await trained("majority"), `tampered-${name}`, 2, (rows) =>
      rows.map((row, i) => (i === 5 ? { ...row, ...change } : row)),
    );
    const { differences, differenceCount } = await replay({ run });
    expect(differenceCount).toBe(1);
    expect(differences).toMatchObject(
      columns.map((column) => ({ step: 2, group: 1, sample: 1, column, stored: Object.values(change)[0] })),
    );
  });

  it("finds a tampered completion by all that follows from it", async () => {
    const run = await tampered(await trained("majority"), "tampered-text", 1, (rows) =>
      rows.map((row) => (row.group === 0 ? { ...row, completion: "#1", finish: "stop" } : row)),
    );
    const { differences } = await replay({ run });
    const columns = new Set(differences.map(({ column }) => column));
    for (const column of ["answer", "voteLabel", "rewardLabel", "topShare"])
      expect(columns).toContain(column);
    expect(new Set(differences.map(({ step }) => step))).toEqual(new Set([1]));
  });

  it("finds a tampered metric", async () => {
    const run = await trained("majority");
    const copy = at("tampered-metric");
    cpSync(run, copy, { recursive: true });
    const log = join(copy, "metrics.jsonl");
    writeFileSync(log, readFileSync(log, "utf8").replace(/"agreement":[\d.]+/, '"agreement":0.0625'));
    expect((await replay({ run: copy })).differences).toMatchObject([
      { step: 1, group: null, sample: null, column: "agreement", stored: 0.0625 },
    ]);
  });

  it("refuses a group that is not whole", async () => {
    const run = await trained("majority");
    const cut = await tampered(run, "cut", 2, (rows) => rows.slice(0, -1));
    await expect(replay({ run: cut })).rejects.toMatchObject({ code: "replay-rows" });
    const hole = await tampered(run, "hole", 2, (rows) => rows.filter((_, i) => i !== 5));
    await expect(replay({ run: hole })).rejects.toMatchObject({
      code: "replay-rows",
      where: expect.stringContaining("group 1"),
    });
    const mixed = await tampered(run, "mixed", 2, (rows) => [
      ...rows.slice(4, 8),
      ...rows.slice(0, 4),
      ...rows.slice(8),
    ]);
    expect((await replay({ run: mixed })).total.rollouts).toBe(48);
  });
});

describe("under another configuration", () => {
  it("computes what a direct computation gives: ties, threshold, rules, estimator", async () => {
    const run = await trained("majority");
    const { result, rows } = await replayed(run, "changed", {
      answers: { regex: "#(\\d)" },
      vote: { ties: "first" },
      agreementThreshold: 0.5,
      advantage: "grpo",
    });
    const expected = byHand(await rowsOf(join(run, "rollouts")), /#(\d)/, 0.5);
    expect(
      rows.map(({ answer, voteLabel, voteShare, rewardLabel, reward }) => ({
        answer,
        voteLabel,
        voteShare,
        rewardLabel,
        reward,
      })),
    ).toEqual(expected.map(({ advantage: _, ...columns }) => columns));
    rows.forEach(({ advantage }, i) => {
      expect(advantage).toBeCloseTo(expected[i]!.advantage, 12);
    });
    expect(result.same).toBe(false);
    expect(result.changed).toEqual({
      "answers.regex": "#(\\d)",
      "vote.ties": "first",
      agreementThreshold: 0.5,
      advantage: "grpo",
    });
    const stored = await rowsOf(join(run, "rollouts"));
    const count = (column: keyof RolloutRow) =>
      rows.filter((row, i) => row[column] !== stored[i]![column]).length;
    expect(result.total).toMatchObject({
      answers: count("answer"),
      rewards: count("reward"),
      advantages: count("advantage"),
    });
    expect(result.total.answers).toBeGreaterThan(24);
    expect(result.total.labels).toBeGreaterThan(0);
    expect(result.steps.map(({ changes }) => changes.answers).reduce((a, b) => a + b)).toBe(
      result.total.answers,
    );
  });

  it("says how true the labels would have been", async () => {
    const run = await trained("majority");
    const { steps } = await replay({ run, reward: "ground-truth" });
    for (const { stored, replayed } of steps) {
      expect(replayed).toMatchObject({ labelAccuracy: 1, rewardAccuracy: 1, hackingGap: 0 });
      expect(stored.labelAccuracy).toBeLessThanOrEqual(1);
      expect(replayed.accuracy).toBe(stored.accuracy);
    }
  });

  it("puts a stored KL into the reward, with another coefficient too, and takes it out", async () => {
    const run = await trained("kl-reward");
    const stored = await rowsOf(join(run, "rollouts"));
    const loo = (values: readonly number[]) =>
      values.map((value) => value - (values.reduce((a, b) => a + b) - value) / (values.length - 1));
    const expected = (coefficient: number) =>
      Array.from({ length: stored.length / 4 }, (_, g) => stored.slice(4 * g, 4 * g + 4)).flatMap((rows) =>
        rows[0]!.rewardLabel === null
          ? rows.map(() => 0)
          : loo(rows.map(({ reward, kl }) => reward! - coefficient * kl!)),
      );
    for (const klCoefficient of [0.5, 0]) {
      const { rows, result } = await replayed(run, `kl-${klCoefficient}`, { klCoefficient });
      expected(klCoefficient).forEach((value, i) => {
        expect(rows[i]!.advantage).toBeCloseTo(value, 12);
      });
      expect(result.total.rewards).toBe(0);
      expect(result.total.advantages).toBeGreaterThan(0);
    }
  });

  it("moves a KL from the loss to the reward, with the correction that only the loss has", async () => {
    const changes = { advantage: "grpo", klCoefficient: 0.1, klCorrection: true } as const;
    const run = await trained("kl-corrected", changes);
    expect((await replay({ run, klIn: "reward" })).changed).toEqual({ klIn: "reward" });
    // Where the KL goes if nothing is said.
    expect((await replay({ run, advantage: "rloo" })).changed).toEqual({ advantage: "rloo" });
  });

  it("rewards the agreement with a teacher only where the run has one", async () => {
    const run = await trained("teacher", { reward: "fixed-teacher", teacherSamples: 4 });
    expect((await replay({ run, reward: "majority" })).changed).toEqual({ reward: "majority" });
    await expect(replay({ run: await trained("majority"), reward: "fixed-teacher" })).rejects.toMatchObject({
      code: "replay-teacher-missing",
    });
  });

  it.each<[Omit<ReplayConfig, "run">, string]>([
    [{ advantage: "dr-grpo" }, "constant-length"],
    [{ agreementThreshold: 1.5 }, "agreementThreshold"],
    [{ klIn: "reward" }, "klCoefficient"],
    [{ answers: { regex: "a", rules: ["boxed"] } }, "regex"],
  ])("refuses %j, which contradicts itself or the run", async (changes, named) => {
    const run = await trained("majority");
    await expect(replay({ run, ...changes })).rejects.toThrow(named);
  });

  it("refuses what the run has not stored", async () => {
    const run = await trained("majority");
    await expect(replay({ run, klCoefficient: 0.1 })).rejects.toMatchObject({
      code: "replay-column-missing",
    });
    const old = await tampered(run, "old", 1, (rows) => rows.map((row) => ({ ...row, sumLogprob: null })));
    expect(await replay({ run: old })).toMatchObject({ differenceCount: 0 });
    await expect(replay({ run: old, vote: { weights: "logprob" } })).rejects.toMatchObject({
      code: "replay-column-missing",
      message: expect.stringContaining("sumLogprob"),
    });
  });
});

describe("what is there to replay", () => {
  it("is some of the steps, where that is asked for", async () => {
    const run = await trained("majority");
    const stepsOf = async (steps: string) => (await replay({ run, steps })).steps.map(({ step }) => step);
    expect(await stepsOf("2")).toEqual([2]);
    expect(await stepsOf("2-")).toEqual([2, 3]);
    expect(await stepsOf("1-2")).toEqual([1, 2]);
    await expect(replay({ run, steps: "7-9" })).rejects.toMatchObject({
      code: "replay-no-steps",
      found: "steps 1 to 3",
    });
  });

  it("needs the labels only for what is made of them", async () => {
    const file = at("gone.jsonl");
    cpSync(base.file, file);
    const run = await trained("labels-gone", { prompts: { file, answerColumn: "answer", size: 64 } });
    rmSync(file);
    const { differenceCount, notice, steps } = await replay({ run });
    expect(differenceCount).toBe(0);
    expect(notice).toContain("no figures of true answers");
    expect(steps[0]!.replayed).not.toHaveProperty("labelAccuracy");
    await expect(replay({ run, reward: "ground-truth" })).rejects.toMatchObject({ code: "file-unreadable" });
  });

  it("knows true answers of a run that was trained without a column of them", async () => {
    const run = await trained("blind", { prompts: { file: base.file, size: 64 } });
    const { same, steps, differenceCount } = await replay({ run, prompts: { answerColumn: "answer" } });
    expect([same, differenceCount]).toEqual([true, 0]);
    expect(steps[0]!.stored).not.toHaveProperty("labelAccuracy");
    expect(steps[0]!.replayed.labelAccuracy).toEqual(expect.any(Number));
  });

  it("is the reward of a program, where it is given again", async () => {
    const constant = {
      name: "longest",
      rewards: ({ groups }: { groups: readonly { rollouts: readonly { text: string }[] }[] }) =>
        groups.map(({ rollouts }) => ({
          rewards: rollouts.map(({ text }) => text.length),
          label: null,
          rewarded: true,
        })),
    };
    const output = at("program");
    await train(tinyTraining(base, output, { evaluation: { size: 0 }, steps: 2 }), {}, { reward: constant });
    expect((await replay({ run: output }, { reward: constant })).differenceCount).toBe(0);
    expect((await replay({ run: output })).total.rewards).toBeGreaterThan(0);
  });

  it("is no pretraining, and no folder", async () => {
    await expect(replay({ run: base.model })).rejects.toMatchObject({
      code: "replay-kind",
      found: "pretrain",
      message: expect.stringContaining("only runs of selftrain train are replayed"),
    });
    await expect(replay({ run: at("nowhere") })).rejects.toMatchObject({ code: "run-missing" });
  });

  it("never overwrites anything", async () => {
    const run = await trained("majority");
    await expect(replay({ run, output: join(run, "rollouts") })).rejects.toMatchObject({
      code: "replay-output-occupied",
    });
  });
});
