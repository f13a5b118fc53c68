/** Offline training for real, on the embedded engine: small, but nothing in it is faked. */
import fs from "node:fs";
import { join } from "node:path";
import {
  evalConfigSchema,
  evaluateModel,
  type FinetuneConfig,
  type FinetuneConfigInput,
  finetune,
  finetuneConfigSchema,
  labelConfigSchema,
  labelPrompts,
} from "selftrain";
import { describe, expect, it } from "vitest";
import { writeReport } from "../../../src/apps/report/report.js";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { listRuns } from "../../../src/run/list-runs.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { planFinetune } from "../../../src/training/finetune/plan.js";
import { recordsOf, runContents, withoutTruth } from "../loop/run-contents.js";
import { tinyBase, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const notConfig = (name: string) => name === "config.yaml";

function tiny(output: string, changes: Partial<FinetuneConfigInput> = {}): FinetuneConfig {
  const { model, prompts, maxNewTokens } = tinyTraining(base, output);
  const engine = { threads: 1 };
  return finetuneConfigSchema.parse({
    model,
    output,
    prompts,
    maxNewTokens,
    engine,
    samplesPerPrompt: 6,
    batchSize: 32,
    adam: { learningRate: 1e-3 },
    evaluation: { size: 8, samples: 2 },
    checkpointEvery: 2,
    keepCheckpoints: 1,
    ...changes,
  });
}

const steps = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");

describe("each objective raises held-out accuracy, clear of the intervals, from votes alone", () => {
  const large = {
    prompts: () => ({ file: base.file, answerColumn: "answer", size: 256 }),
    evaluation: { size: 128, samples: 4 },
  };

  it.each([
    ["sft", { samplesPerPrompt: 8, batchSize: 64, epochs: 2 }],
    ["dpo", { samplesPerPrompt: 8, pairsPerPrompt: 4, beta: 0.5, nllWeight: 1, epochs: 2 }],
    ["scpo", { samplesPerPrompt: 8, pairsPerPrompt: 4, epochs: 2 }],
  ] as const)("%s", async (objective, keys) => {
    const output = at(`gain-${objective}`);
    const config = tiny(output, {
      objective,
      ...keys,
      prompts: large.prompts(),
      evaluation: large.evaluation,
      checkpointEvery: 100,
    });
    const { start, end } = await finetune(config);
    expect(end!.mean!.lo).toBeGreaterThan(start!.mean!.hi + 0.05);
    expect(readRunInfo(output)).toMatchObject({ kind: "finetune", status: "finished" });

    const [first, ...others] = steps(output);
    expect(first!.metrics.labelAccuracy).toBeGreaterThan(first!.metrics.accuracy as number);
    const counts = Object.entries(first!.metrics).flatMap(([name, value]) =>
      name.startsWith("dropped") || name === "keptPrompts" ? [value as number] : [],
    );
    expect(counts.reduce((a, b) => a + b, 0)).toBe(first!.metrics.prompts);
    for (const { metrics } of others) expect(metrics).not.toHaveProperty("labelAccuracy");

    const last = steps(output).at(-1)!.metrics;
    if (objective === "sft") {
      expect(first!.metrics.completions).toBeGreaterThan(256);
      expect(last.loss).toBeLessThan(first!.metrics.loss as number);
    } else {
      // At the reference every margin is 0.
      expect(first!.metrics).toMatchObject({ rewardMargin: 0, preferenceAccuracy: 0 });
      expect(first!.metrics.rejectedAccuracy).toBeLessThan(0.1);
      expect(last.rewardMargin).toBeGreaterThan(0.05);
      expect(last.preferenceAccuracy).toBeGreaterThan(0.8);
      if (objective === "dpo") expect(first!.metrics.pairWeight).toBe(1);
      else expect(first!.metrics.pairWeight).toBeLessThan(1);
    }
  });
});

describe("rounds", () => {
  it("sample anew from the current policy, or train the starting model anew", async () => {
    const rounds = { rounds: 3, promptsPerRound: 16, epochs: 2 };
    await finetune(tiny(at("on"), rounds));
    await finetune(tiny(at("anew"), { ...rounds, restart: true }));
    for (const run of [at("on"), at("anew")]) {
      const begun = steps(run).filter(({ metrics }) => metrics.prompts !== undefined);
      expect(begun.map(({ metrics }) => metrics.round)).toEqual([1, 2, 3]);
      const evaluated = recordsOf(run).flatMap(({ kind, step }) => (kind === "eval" ? [step] : []));
      // Before, and at the end of each round.
      expect(evaluated).toEqual([0, ...begun.slice(1).map(({ step }) => step - 1), steps(run).length]);
      // The pool is gone through before a prompt is sampled again.
      const prompts: string[][] = [];
      for (const { step } of begun) {
        const file = `rollouts/step-${String(step).padStart(6, "0")}.parquet`;
        const rows = await readRollouts(join(run, file));
        expect(rows).toHaveLength(16 * 6);
        prompts.push([...new Set(rows.map(({ promptId }) => promptId))]);
      }
      expect(new Set(prompts.flat()).size).toBe(48);
    }
    // The first round is the same; from the second on the starting model is trained, by as many steps as the round has.
    const [on, anew] = [steps(at("on")), steps(at("anew"))];
    const second = on.findIndex(({ metrics }) => metrics.round === 2);
    expect(anew.slice(0, second).map(({ metrics }) => metrics)).toEqual(
      on.slice(0, second).map(({ metrics }) => metrics),
    );
    expect(anew[second]!.metrics.agreement).toBe(on[second]!.metrics.agreement);
    expect(anew[second]!.metrics.loss).toBeGreaterThan(on[second]!.metrics.loss as number);
    const state = (run: string) =>
      JSON.parse(fs.readFileSync(join(listCheckpoints(run).at(-1)!.path, "trainer.json"), "utf8"));
    expect(state(at("on")).policyVersion).toBe(on.length);
    expect(state(at("anew")).policyVersion).toBe(anew.filter(({ metrics }) => metrics.round === 3).length);
  });

  it("more of them: the longer run is as if it had been so from the start", async () => {
    const keys = { objective: "scpo", promptsPerRound: 32, agreementThreshold: 0.3 } as const;
    await finetune(tiny(at("longer"), keys));
    await finetune(tiny(at("longer"), { ...keys, rounds: 2 }), { resume: true });
    await finetune(tiny(at("long"), { ...keys, rounds: 2 }));
    expect(runContents(at("longer"), notConfig)).toEqual(runContents(at("long"), notConfig));
  });
});

describe("the rollouts of a round", () => {
  it("say how each completion counts", async () => {
    const output = at("counted");
    await finetune(tiny(output, { objective: "scpo", agreementThreshold: 0.5, pairsPerPrompt: 2 }));
    const rows = await readRollouts(join(output, "rollouts/step-000001.parquet"));
    expect(rows).toHaveLength(64 * 6);
    const used = rows.filter(({ trained }) => trained);
    expect(used.length).toBeGreaterThan(20);
    for (const row of rows) {
      expect(row.advantage === null).toBe(!row.trained);
      expect(row.rejected === null).toBe(row.trained);
      const weight = row.advantage ?? 0;
      if (weight > 0) expect([row.answer, row.reward]).toEqual([row.voteLabel, 1]);
      if (weight < 0) expect(row.reward).toBe(0);
      if (row.rewardLabel !== null) expect(row.voteShare).toBeGreaterThanOrEqual(0.5);
      if (row.rejected === "lowAgreement") expect(row.voteShare).toBeLessThan(0.5);
    }
    expect(rows.reduce((sum, { advantage }) => sum + (advantage ?? 0), 0)).toBeCloseTo(0, 9);
  });
});

describe("votes of a labels folder", () => {
  const labels = (output: string, changes: object = {}) =>
    labelConfigSchema.parse({
      model: base.model,
      prompts: { file: base.file, answerColumn: "answer", size: 64 },
      output,
      samples: 6,
      maxNewTokens: 5,
      engine: { threads: 1 },
      ...changes,
    });

  it("are what is learned from, whatever becomes of the folder after the round began", async () => {
    const folder = at("labels");
    await labelPrompts(labels(folder));
    const keys = { samplesPerPrompt: undefined, labels: folder, objective: "dpo" } as const;
    const config = tiny(at("labelled"), keys);
    const plan = await planFinetune(config);
    expect(plan.notes.join()).toContain("on 64 of the prompts");
    await finetune(config);
    const stop = new AbortController();
    const again = tiny(at("labelled-again"), keys);
    await finetune(again, {
      signal: stop.signal,
      observer: (event) => {
        if (event.type === "record" && event.record.kind === "step") stop.abort();
      },
    });
    fs.renameSync(folder, `${folder}-elsewhere`);
    await finetune(again, { resume: true });
    expect(runContents(again.output, notConfig)).toEqual(runContents(config.output, notConfig));
    // The same votes serve every objective: each sees the same agreement.
    fs.renameSync(`${folder}-elsewhere`, folder);
    await finetune(tiny(at("labelled-sft"), { ...keys, objective: "sft" }));
    expect(steps(at("labelled-sft"))[0]!.metrics.agreement).toBe(steps(config.output)[0]!.metrics.agreement);
  });

  it("on other prompts, or asked in another way, are refused", async () => {
    const folder = at("other-labels");
    await labelPrompts(labels(folder, { split: "test", prompts: { file: base.file, size: 8 } }));
    const keys = { samplesPerPrompt: undefined, labels: folder };
    await expect(finetune(tiny(at("elsewhere"), keys))).rejects.toMatchObject({
      code: "finetune-labels-elsewhere",
      found: expect.stringContaining("8 prompts"),
    });
    const asked = { ...keys, labels: at("labels") };
    const prompts = { file: base.file, size: 64, instruction: "now" };
    await expect(
      finetune(tiny(at("asked"), { ...asked, prompts, maxNewTokens: 4, evaluation: { size: 0 } })),
    ).rejects.toMatchObject({ code: "finetune-labels-changed" });
    const [first, ...rest] = fs.readFileSync(base.file, "utf8").split("\n");
    fs.writeFileSync(at("moved.jsonl"), [...rest, first].join("\n"));
    const moved = tiny(at("moved"), { ...asked, prompts: { file: at("moved.jsonl"), size: 64 } });
    for (const refuse of [finetune, planFinetune])
      await expect(refuse(moved)).rejects.toMatchObject({ code: "prompt-changed" });
    await expect(finetune(tiny(at("missing"), { ...keys, labels: at("nowhere") }))).rejects.toMatchObject({
      code: "labels-missing",
    });
  });
});

describe("a vote that gives nothing to learn from", () => {
  it("is an error with figures", async () => {
    const config = tiny(at("nothing"), { objective: "dpo", agreementThreshold: 1 });
    await expect(finetune(config)).rejects.toMatchObject({
      code: "finetune-nothing-selected",
      found: expect.stringMatching(
        /^64 prompts: \d+ without a majority, \d+ with an agreement below 1, \d+ with nothing/,
      ),
      where: "round 1",
    });
    expect(readRunInfo(config.output)).toMatchObject({
      status: "failed",
      error: { code: "finetune-nothing-selected" },
    });
  });
});

describe("true answers", () => {
  it("change nothing but the metrics", async () => {
    const keys = { objective: "scpo", rounds: 2, agreementThreshold: 0.3 } as const;
    await finetune(tiny(at("known"), keys));
    await finetune(tiny(at("unknown"), { ...keys, prompts: { file: base.file, size: 64 } }));
    const files = (run: string) => {
      const { "config.yaml": _, ...others } = withoutTruth(runContents(run).files);
      return others;
    };
    expect(files(at("unknown"))).toEqual(files(at("known")));
    const names = recordsOf(at("unknown")).flatMap(({ metrics }) => Object.keys(metrics));
    for (const name of ["accuracy", "labelAccuracy", "chosenAccuracy", "rejectedAccuracy", "mean"])
      expect(names).not.toContain(name);
  });
});

describe("around a run", () => {
  it("eval, report and the list of runs know it", async () => {
    const output = at("around");
    await finetune(tiny(output, { objective: "dpo", evaluation: { size: 16, samples: 2 } }));
    const result = await evaluateModel(
      evalConfigSchema.parse({ model: output, size: 4, samples: 2, engine: { threads: 1 } }),
    );
    expect(result.prompts).toBe(4);
    const html = fs.readFileSync(await writeReport([output], at("around.html")), "utf8");
    for (const words of [
      "DPO on majority answers",
      "Reward margin",
      "Preference accuracy",
      "Look at the votes",
    ])
      expect(html).toContain(words);
    const listed = (await listRuns(base.folder)).find(({ path }) => path.endsWith("around"));
    expect(listed).toMatchObject({ kind: "finetune", status: "finished", stepsPlanned: null });
  });

  it("a plan touches nothing and counts what there can be", async () => {
    const config = tiny(at("planned"), { objective: "dpo", pairsPerPrompt: 2, rounds: 2 });
    const plan = await planFinetune(config);
    expect(plan).toMatchObject({ steps: 2 * 4, rollouts: 64, prompts: { pool: 64 } });
    expect(plan.notes.join()).toContain("768 completions are sampled in 2 rounds");
    expect(fs.existsSync(config.output)).toBe(false);
  });
});
