/** Self-training for real, on the embedded engine: small, but nothing in it is faked. */
import fs from "node:fs";
import { join } from "node:path";
import { evalConfigSchema, evaluateModel, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { writeReport } from "../../../src/apps/report/report.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { recordsOf, runContents, withoutTruth } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const unlabelled = () => ({ file: base.file, size: 64 });
const weightsOf = (run: string) => fs.readFileSync(join(run, "checkpoints/step-000004/model.safetensors"));

describe("self-training without labels (SRT)", () => {
  it("raises held-out accuracy, clear of the intervals, from agreement alone", async () => {
    const output = join(base.folder, "srt");
    const config = tinyTraining(base, output, {
      prompts: { file: base.file, answerColumn: "answer" },
      steps: 16,
      promptsPerStep: 16,
      samplesPerPrompt: 8,
      evaluation: { size: 128, samples: 8 },
      checkpointEvery: 100,
    });
    expect(config.reward).toBe("majority");
    const { start, end } = await train(config);
    expect(end!.mean!.lo).toBeGreaterThan(start!.mean!.hi + 0.1);
    expect(end!.maj!.value).toBeGreaterThan(0.9);
    expect(readRunInfo(output).status).toBe("finished");

    const steps = recordsOf(output).filter(({ kind }) => kind === "step");
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
    for (const { metrics } of steps) {
      // On policy: training computes the logprobs that sampling had, by another program.
      if (metrics.trainedRollouts !== 0) expect(metrics.importanceRatio).toBeCloseTo(1, 3);
    }
    const rollouts = await readRollouts(join(output, "rollouts/step-000001.parquet"));
    expect(rollouts).toHaveLength(16 * 8);
    for (const row of rollouts) {
      expect(row.reward).toBe(row.voteLabel !== null && row.answer === row.voteLabel ? 1 : 0);
      expect(row.rewardLabel).toBe(row.voteLabel);
    }
  });

  it("needs no answers: without them it trains and reports no accuracy", async () => {
    const output = join(base.folder, "unlabelled");
    const { start, end } = await train(tinyTraining(base, output, { prompts: unlabelled() }));
    expect([start!.mean, start!.greedy, end!.mean, end!.maj, end!.pass]).toEqual(Array(5).fill(null));
    expect(end!.agreement).toBeGreaterThan(0);
    const names = recordsOf(output).flatMap(({ metrics }) => Object.keys(metrics));
    expect(names).toContain("agreement");
    for (const name of ["accuracy", "labelAccuracy", "hackingGap", "mean", "maj", "greedy"])
      expect(names).not.toContain(name);
  });

  it("goes without evaluation, on every row of a file, however few", async () => {
    const file = join(base.folder, "few.csv");
    fs.writeFileSync(file, "prompt\n407>\n113>\n590>\n");
    const output = join(base.folder, "few");
    const changes = { prompts: { file }, promptsPerStep: 3, evaluation: { size: 0 } };
    const config = tinyTraining(base, output, changes);
    expect((await planTrain(config)).notes).toContain("no prompts are held out: the run is not evaluated");
    expect(await train(config)).toMatchObject({ start: null, end: null, steps: 4 });
    expect(recordsOf(output).map(({ kind }) => kind)).toEqual(Array(4).fill("step"));
    const rollouts = await readRollouts(join(output, "rollouts/step-000001.parquet"));
    expect(new Set(rollouts.map(({ prompt }) => prompt))).toEqual(new Set(["407>", "113>", "590>"]));
    const report = join(base.folder, "few.html");
    await writeReport([output], report);
    expect(fs.readFileSync(report, "utf8")).not.toContain("Held-out results");
    await expect(evaluateModel(evalConfigSchema.parse({ model: output }))).rejects.toMatchObject({
      code: "eval-no-prompts",
    });
    // With evaluation, the same file has nothing to hold out, and the error says what can be done.
    await expect(
      train(tinyTraining(base, join(base.folder, "no"), { prompts: { file } })),
    ).rejects.toMatchObject({
      code: "prompts-empty",
      remedy: expect.stringContaining("evaluation.size 0"),
    });
  });

  it("answers that are there change metrics and what groups say is true, and nothing else, even where they are wrong", async () => {
    const wrong = join(base.folder, "wrong.jsonl");
    const lines = fs.readFileSync(base.file, "utf8").split("\n");
    const lie = (line: string) => JSON.stringify({ ...(JSON.parse(line) as object), answer: "wrong" });
    fs.writeFileSync(wrong, lines.map(lie).join("\n"));

    const at = (name: string) => join(base.folder, `labels-${name}`);
    await train(tinyTraining(base, at("none"), { prompts: unlabelled() }));
    const right = await train(tinyTraining(base, at("right")));
    const liar = await train(
      tinyTraining(base, at("wrong"), { prompts: { ...unlabelled(), file: wrong, answerColumn: "answer" } }),
    );
    expect(right.end!.mean!.value).toBeGreaterThan(0);
    expect(liar.end!.mean!.value).toBe(0);
    const contents = (name: string) =>
      withoutTruth(runContents(at(name), (file) => file === "config.yaml").files);
    const files = contents("none");
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(["rollouts/step-000004.parquet", "groups/step-000004.jsonl"]),
    );
    for (const name of ["right", "wrong"]) expect(contents(name)).toEqual(files);
  });

  it("equal configurations write equal bytes; another seed writes others", async () => {
    const at = (name: string) => join(base.folder, `again-${name}`);
    await train(tinyTraining(base, at("a")));
    await train(tinyTraining(base, at("b")));
    await train(tinyTraining(base, at("c"), { seed: 1 }));
    const contents = (name: string) => runContents(at(name), (file) => file === "config.yaml");
    expect(contents("b")).toEqual(contents("a"));
    expect(weightsOf(at("c")).equals(weightsOf(at("a")))).toBe(false);
  });
});

describe("control arms", () => {
  it("ground truth rewards the true answer", async () => {
    const output = join(base.folder, "ground-truth");
    await train(tinyTraining(base, output, { reward: "ground-truth" }));
    for (const { kind, metrics } of recordsOf(output)) {
      if (kind === "step") expect([metrics.hackingGap, metrics.rewardAccuracy]).toEqual([0, 1]);
    }
  });

  it("a fixed teacher rewards the starting model's votes, in every step", async () => {
    const output = join(base.folder, "teacher");
    await train(tinyTraining(base, output, { reward: "fixed-teacher", teacherSamples: 8 }));
    const votes = JSON.parse(fs.readFileSync(join(output, "teacher.json"), "utf8")) as Record<
      string,
      { label: string | null; share: number }
    >;
    expect(Object.keys(votes)).toHaveLength(64);
    for (const step of [1, 4]) {
      for (const row of await readRollouts(join(output, `rollouts/step-00000${step}.parquet`)))
        expect(row.rewardLabel).toBe(votes[row.promptId]!.label);
    }
  });

  it("GRPO with a KL loss term, and RLOO with KL in the reward, measure KL from 0 on", async () => {
    for (const advantage of ["grpo", "rloo"] as const) {
      const output = join(base.folder, `kl-${advantage}`);
      await train(
        tinyTraining(base, output, { advantage, klCoefficient: 0.1, aggregation: "sequence-mean" }),
      );
      const kl = recordsOf(output).flatMap(({ kind, metrics }) => (kind === "step" ? [metrics.kl] : []));
      expect(kl[0]).toBeCloseTo(0, 6);
      expect(kl[3]).toBeGreaterThan(kl[0] as number);
    }
  });

  it("the label-free curriculum trains on the prompts that the starting model agrees on most", async () => {
    const output = join(base.folder, "curriculum");
    await train(
      tinyTraining(base, output, { prompts: unlabelled(), easyFraction: 0.125, teacherSamples: 8 }),
    );
    const votes = JSON.parse(fs.readFileSync(join(output, "teacher.json"), "utf8")) as Record<
      string,
      { share: number }
    >;
    const drawn = new Set<string>();
    for (const step of [1, 2, 3, 4]) {
      for (const row of await readRollouts(join(output, `rollouts/step-00000${step}.parquet`)))
        drawn.add(row.promptId);
    }
    // Two steps of four prompts go through the eight easy prompts once.
    expect(drawn.size).toBe(8);
    const left = Object.keys(votes).filter((id) => !drawn.has(id));
    const shares = (ids: Iterable<string>) => [...ids].map((id) => votes[id]!.share);
    expect(Math.min(...shares(drawn))).toBeGreaterThanOrEqual(Math.max(...shares(left)));
  });
});
