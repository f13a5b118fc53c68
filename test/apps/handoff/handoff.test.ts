/** Job folders for TRL, verl and SkyRL: what is carried over, what is named, and what is refused. */
import fs from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { experimentOf } from "../../../src/apps/handoff/experiment.js";
import { entered, handOff } from "../../../src/apps/handoff/handoff.js";
import { skyrl } from "../../../src/apps/handoff/skyrl.js";
import { trl } from "../../../src/apps/handoff/trl.js";
import { verl } from "../../../src/apps/handoff/verl.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";
import { handoffConfigSchema, handoffTargets } from "../../../src/config/handoff-config.js";
import { leavesOf as leavesOfSchema, schemaTree } from "../../../src/config/schema-tree.js";
import { trainConfigSchema } from "../../../src/config/train-config.js";
import { batchAt } from "../../../src/data/batches.js";
import { tinyBase, tinyTraining } from "../../training/loop/tiny-base.js";
import { jobOf, leavesOf } from "./jobs.js";
import { skyrlKeys, trlKeys, verlKeys } from "./known-keys.js";
import { variety } from "./variety.js";

const base = tinyBase();

describe.each([
  ["trl", trl, trlKeys],
  ["verl", verl, verlKeys],
  ["skyrl", skyrl, skyrlKeys],
] as const)("a hand-off to %s", (name, target, known) => {
  it("says something of every key that a run can have", async () => {
    const job = await jobOf(base, name);
    const experiment = await experimentOf({
      run: join(
        base.folder,
        fs
          .readdirSync(base.folder)
          .filter((f) => f.endsWith(".yaml"))
          .at(-1)!,
      ),
    });
    const ledger = entered(target, {
      experiment,
      model: { kind: "copied" },
      machines: { gpus: name === "trl" ? 0 : 4, nodes: 1, microBatch: 4 },
    });
    const keys = leavesOfSchema(schemaTree(trainConfigSchema)).map(({ path }) => path.join("."));
    expect(keys.length).toBeGreaterThan(100);
    expect(keys.filter((key) => !ledger.knows(key))).toEqual([]);
    // Each that the run has is in exactly one account.
    const stated = job.accounts.map(({ key }) => key);
    expect(new Set(stated).size).toBe(stated.length);
  });

  it("writes no key that the target does not have", async () => {
    for (const changes of variety) {
      const job = await jobOf(base, name, changes);
      const keys = [...leavesOf(job.settings).keys()];
      expect(keys.filter((key) => !known.some((own) => key === own || key.startsWith(`${own}.`)))).toEqual(
        [],
      );
    }
  });

  it("has the prompts, no true answer of those that are trained on, and a vote service that starts", async () => {
    const job = await jobOf(base, name, { steps: 20 });
    const pool = await experimentOf({ run: join(base.folder, "never.yaml") }).catch(() => null);
    expect(pool).toBeNull();
    const rows = job.rows("data/train.jsonl");
    expect(JSON.stringify(rows)).not.toMatch(/"(?:truth|ground_truth)":"[^"]/);
    expect(job.rows("data/eval.jsonl")).toHaveLength(8);
    expect(JSON.stringify(job.rows("data/eval.jsonl"))).toMatch(/"truth":"\d+"/);
    expect(voteServeConfigSchema.parse(parse(job.read("vote.yaml")))).toMatchObject({
      reward: "majority",
      minAnswers: "25%",
    });
    expect(job.read("run.sh")).toMatch(/^#!\/bin\/sh\n/);
    expect(fs.existsSync(join(job.folder, "model/model.safetensors"))).toBe(true);
  });

  it("names in its README every setting that is missing, with its value and why", async () => {
    const job = await jobOf(base, name, variety[7]);
    expect(job.missing).toEqual(expect.arrayContaining(["easyFraction", "probe", "rejection.minAgreement"]));
    const section = job.read("README.md").split("## What is carried over")[0]!;
    for (const key of job.missing) expect(section).toContain(`| \`${key}\` | \``);
    expect(section).toContain("`0.5`");
  });
});

describe("settings that a target calls something else", () => {
  it("are, in TRL, optimiser steps, whole groups a process, and leave-one-out by a factor", async () => {
    const { settings } = await jobOf(base, "trl", { updatesPerBatch: 2, miniBatches: 2, warmupSteps: 1 });
    expect(settings.args).toMatchObject({
      max_steps: 16,
      warmup_steps: 4,
      num_generations: 4,
      per_device_train_batch_size: 4,
      steps_per_generation: 4,
      gradient_accumulation_steps: 2,
      num_iterations: 2,
      scale_rewards: "none",
      reward_weights: [4 / 3],
      beta: 0,
      temperature: 1,
      use_cpu: true,
      eval_steps: 8,
      save_steps: 8,
    });
  });

  it("are, in verl, prompts a batch, and clipping that never bites where none is asked for", async () => {
    const { settings, read } = await jobOf(base, "verl", variety[1]);
    expect([...leavesOf(settings)]).toEqual(
      expect.arrayContaining([
        ["data.train_batch_size", 4],
        ["actor_rollout_ref.actor.ppo_mini_batch_size", 4],
        ["actor_rollout_ref.actor.clip_ratio_c", 3],
        ["actor_rollout_ref.actor.kl_loss_type", "low_var_kl"],
        ["actor_rollout_ref.actor.kl_loss_coef", 0.01],
        ["actor_rollout_ref.rollout.n", 4],
        ["algorithm.norm_adv_by_std_in_grpo", true],
      ]),
    );
    const written = parse(read("config.yaml"));
    expect(written.defaults).toEqual(["ppo_trainer", "_self_"]);
    // YAML 1.1, which Python reads, has floats with a point alone.
    expect(read("config.yaml")).toContain("eps: 1.0e-8");
    expect(written.actor_rollout_ref.actor.optim.override_optimizer_config.eps).toBe(1e-8);
    const free = await jobOf(base, "verl");
    expect(leavesOf(free.settings).get("actor_rollout_ref.actor.clip_ratio_high")).toBe(1e6);
  });

  it("are, in SkyRL, a KL that is switched off where it is on by default", async () => {
    const { settings } = await jobOf(base, "skyrl");
    expect([...leavesOf(settings)]).toEqual(
      expect.arrayContaining([
        ["trainer.algorithm.use_kl_loss", false],
        ["trainer.algorithm.policy_loss_type", "importance_sampling"],
        ["generator.eval_sampling_params.temperature", 1],
        ["trainer.placement.policy_num_gpus_per_node", 4],
        ["generator.inference_engine.num_engines", 4],
      ]),
    );
  });
});

it("keeps the run's order of prompts where the target does not shuffle", async () => {
  const { rows } = await jobOf(base, "trl", { steps: 20, seed: 3 });
  const ids = rows("data/train.jsonl").map(({ id }) => id);
  expect(ids).toHaveLength(80);
  const pool = (await jobOf(base, "skyrl", { steps: 20, seed: 3 }))
    .rows("data/train.jsonl")
    .map(({ id }) => id);
  const order = Array.from({ length: 20 }, (_, step) =>
    batchAt(pool.length, step, 4, 3).map((i) => pool[i]),
  ).flat();
  expect(ids).toEqual(order);
});

it("hands over a run that was begun, from its starting model, and leaves a model that is elsewhere alone", async () => {
  const run = join(base.folder, "run");
  await train(tinyTraining(base, run, { steps: 1, evaluation: { size: 0 } }));
  const output = join(base.folder, "handed");
  const result = await handOff(
    "verl",
    handoffConfigSchema.parse({ run, output, gpus: 2, model: "Qwen/Qwen2.5-0.5B" }),
  );
  expect(fs.existsSync(join(output, "model"))).toBe(false);
  expect(parse(fs.readFileSync(join(output, "config.yaml"), "utf8")).actor_rollout_ref.model.path).toBe(
    "Qwen/Qwen2.5-0.5B",
  );
  expect(result.files).toContain("selftrain_agent.py");
  await expect(handOff("verl", handoffConfigSchema.parse({ run, output, gpus: 2 }))).rejects.toMatchObject({
    code: "output-exists",
  });
}, 60_000);

describe("what cannot be handed over is refused before anything is written", () => {
  it.each(handoffTargets)("a reward that no vote pays, to %s", async (target) => {
    await expect(jobOf(base, target, { reward: "negative-entropy" })).rejects.toMatchObject({
      code: "handoff-reward",
    });
  });

  it("machines among which a batch does not divide", async () => {
    await expect(jobOf(base, "verl", {}, { gpus: 3 })).rejects.toMatchObject({ code: "handoff-machines" });
    await expect(jobOf(base, "skyrl", {}, { gpus: 0 })).rejects.toMatchObject({ code: "handoff-machines" });
  });

  it("votes weighed by logprobs that the target does not know", async () => {
    const vote = { weights: "logprob" } as const;
    await expect(jobOf(base, "trl", { vote })).rejects.toMatchObject({ code: "handoff-weights" });
    expect((await jobOf(base, "skyrl", { vote })).read("vote.yaml")).toContain("weights: logprob");
  });

  it("a run of another kind", async () => {
    const config = handoffConfigSchema.parse({ run: base.model, output: join(base.folder, "x") });
    await expect(handOff("trl", config)).rejects.toMatchObject({ code: "handoff-not-training" });
  });
});
