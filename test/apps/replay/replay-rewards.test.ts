/** Rewards of every source, replayed from what a run has stored of them. */
import { once } from "node:events";
import { cpSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import {
  labelConfigSchema,
  labelPrompts,
  replay,
  rewardModelTrainConfigSchema,
  type TrainConfigInput,
  trainRewardModel,
} from "selftrain";
import { beforeAll, describe, expect, it } from "vitest";
import { sigmoid } from "../../../src/core/reward-model/objective.js";
import { withConnection } from "../../../src/io/fs/duckdb.js";
import { listRollouts } from "../../../src/run/rollouts.js";
import { endpointServer } from "../../training/reward-http/endpoint-server.js";
import { at, base, replayed, trained } from "./replaying.js";

describe("rewards of every source", () => {
  it.each<[string, Partial<TrainConfigInput>]>([
    ["soft", { reward: "soft", votesPerPrompt: 8, vote: { weights: "logprob" } }],
    ["novelty", { reward: "majority-novelty", noveltyWidth: 0.25 }],
    ["ema", { reward: "ema-teacher", teacherSamples: 3, teacherDecay: 0.5 }],
    [
      "ema-joint",
      { reward: "ema-teacher", teacherVotes: "joint", vote: { ties: "random" }, agreementThreshold: 0.3 },
    ],
    ["mixed", { reward: "mixed", labelledShare: 0.5, labelNoise: 0.3, votesPerPrompt: 6 }],
    ["noisy", { reward: "ground-truth", labelNoise: 0.4 }],
    ["random", { reward: "random", randomProbability: 0.3 }],
    ["format", { reward: "format" }],
    ["wrong-answer", { reward: "wrong-answer" }],
    ["certainty", { reward: "self-certainty", advantage: "grpo" }],
    ["entropy", { reward: "negative-entropy", klCoefficient: 0.1 }],
  ])("%s: every number comes out bit for bit, without the model", async (name, changes) => {
    const run = await trained(name, changes);
    const { result, rows, stored } = await replayed(run, name, {});
    expect(result).toMatchObject({ same: true, differenceCount: 0, differences: [] });
    expect(rows).toEqual(stored);
    // No reward of a rollout that was not trained, and what was is rewarded.
    for (const { trained: own, reward, advantage } of stored)
      expect([reward !== null, advantage !== null]).toEqual([own, own]);
    if (name !== "format")
      expect(stored.some(({ advantage }) => advantage !== null && advantage !== 0)).toBe(true);
  });

  it("an endpoint is not asked again: its scores are stored", async () => {
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        const { prompt, completions } = JSON.parse(body) as {
          prompt: { text: string };
          completions: { text: string }[];
        };
        const unpaid = prompt.text.startsWith("1");
        response.end(
          JSON.stringify({ rewards: unpaid ? null : completions.map(({ text }) => text.length / 3) }),
        );
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const rewardUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const run = await trained("http", {
      reward: "http",
      rewardUrl,
      advantage: "reinforce++",
      promptsPerStep: 16,
    });
    server.close();
    const { result, rows, stored } = await replayed(run, "http", {});
    expect(result).toMatchObject({ same: true, differenceCount: 0 });
    expect(rows).toEqual(stored);
    expect(stored.some(({ score }) => score === null)).toBe(true);
    expect(stored.some(({ score }) => score !== null)).toBe(true);
    const { total } = await replay({ run, reward: "majority" });
    expect(total.rewards).toBeGreaterThan(0);
  });

  describe("with a reward model", () => {
    const weighed = { vote: { weights: "reward-model" } } as const;
    const paidRaw = { reward: "model", rewardScore: "raw" } as const;
    const trainedWith = (name: string, changes: Partial<TrainConfigInput>) =>
      trained(name, { ...changes, rewardModel: at("rm") });

    beforeAll(async () => {
      const engine = { threads: 1 };
      await labelPrompts(
        labelConfigSchema.parse({
          model: base.model,
          output: at("labels"),
          prompts: { file: base.file, answerColumn: "answer", size: 48 },
          samples: 4,
          maxNewTokens: 5,
          engine,
        }),
      );
      await trainRewardModel(
        rewardModelTrainConfigSchema.parse({
          model: base.model,
          output: at("rm"),
          votes: { from: at("labels") },
          steps: 2,
          groupsPerStep: 8,
          engine,
        }),
      );
    });

    it.each<[string, Partial<TrainConfigInput>]>([
      ["rm-weighed", weighed],
      ["rm-certainty", { ...weighed, reward: "self-certainty", advantage: "grpo" }],
      ["rm-entropy", { ...weighed, reward: "negative-entropy" }],
      ["rm-paid", { ...weighed, ...paidRaw }],
    ])("%s: every number comes out bit for bit, without either model", async (name, changes) => {
      const run = await trainedWith(name, changes);
      const { result, rows, stored } = await replayed(run, name, {});
      expect(result).toMatchObject({ same: true, differenceCount: 0, differences: [] });
      expect(rows).toEqual(stored);
      expect(stored.every(({ modelScore }) => modelScore !== null)).toBe(true);
      expect(result.steps[0]!.replayed).toHaveProperty("score");
      // Weighed votes have other shares than quarters.
      expect(stored.some(({ voteShare }) => voteShare % 0.25 !== 0)).toBe(true);
    });

    it("an endpoint's scores are not those of the model, where it pays a group nothing either", async () => {
      const { url } = await endpointServer(({ body }, response) => {
        const paid = body.vote.label !== null && !body.prompt.text.startsWith("1");
        response.end(JSON.stringify({ rewards: paid ? body.completions.map((_, i) => i / 3) : null }));
      });
      const run = await trainedWith("rm-http", {
        ...weighed,
        reward: "http",
        rewardUrl: url,
        promptsPerStep: 16,
        votesPerPrompt: 6,
      });
      const { result, rows, stored } = await replayed(run, "rm-http", {});
      expect(result).toMatchObject({ same: true, differenceCount: 0 });
      expect(rows).toEqual(stored);
      expect(stored.some(({ trained: own, score }) => own && score === null)).toBe(true);
      expect(stored.some(({ trained: own, score }) => own && score !== null)).toBe(true);
    });

    it("another reward and another vote leave the model behind, where nothing else uses it", async () => {
      const paid = await trainedWith("rm-only-paid", paidRaw);
      expect(await replay({ run: paid, reward: "majority" })).toMatchObject({
        changed: { reward: "majority" },
        same: false,
      });
      // Its scores are there, and may weigh votes that they did not.
      expect(
        (await replay({ run: paid, reward: "majority", vote: { weights: "reward-model" } })).changed,
      ).toEqual({ reward: "majority", "vote.weights": "reward-model" });
      const voted = await trainedWith("rm-weighed", weighed);
      expect((await replay({ run: voted, vote: { weights: "uniform" } })).changed).toEqual({
        "vote.weights": "uniform",
      });
      const { rows } = await replayed(voted, "rm-now-paid", { reward: "model" });
      for (const { reward, modelScore } of rows) expect(reward).toBe(sigmoid(modelScore!));
      const certain = await trainedWith("rm-certainty", { ...weighed, reward: "self-certainty" });
      await replay({ run: certain, reward: "majority", vote: { weights: "uniform" } });
    });

    it("runs of versions that had one column of scores are read as they were", async () => {
      const older = async (name: string, changes: Partial<TrainConfigInput>) => {
        const run = at(`${name}-older`);
        cpSync(await trainedWith(name, changes), run, { recursive: true });
        for (const { path } of listRollouts(join(run, "rollouts")))
          await withConnection(async (connection) => {
            await connection.run(
              `CREATE OR REPLACE TEMP TABLE t AS SELECT * EXCLUDE (modelScore) REPLACE (coalesce(score, modelScore) AS score) FROM read_parquet('${path}')`,
            );
            await connection.run(`COPY t TO '${path}' (FORMAT parquet)`);
          });
        return run;
      };
      for (const [name, changes] of [
        ["rm-weighed", weighed],
        ["rm-only-paid", paidRaw],
      ] as const)
        expect(await replay({ run: await older(name, changes) })).toMatchObject({
          same: true,
          differenceCount: 0,
        });
      // The model's were not kept beside those of the reward.
      const certain = await older("rm-certainty", { ...weighed, reward: "self-certainty" });
      await expect(replay({ run: certain })).rejects.toMatchObject({
        code: "replay-column-missing",
        message: expect.stringContaining("modelScore"),
      });
    });
  });

  it("another reward is replayed where answers are enough, and refused where a model or an endpoint would be needed", async () => {
    const [plain, ema, certain] = [
      await trained("majority"),
      await trained("ema"),
      await trained("certainty"),
    ];
    // Keys of the run's own reward go with it.
    expect(await replay({ run: ema, reward: "soft" })).toMatchObject({
      changed: { reward: "soft" },
      same: false,
    });
    expect((await replay({ run: ema, teacherVotes: "joint" })).changed).toEqual({ teacherVotes: "joint" });
    await expect(replay({ run: plain, reward: "ema-teacher" })).rejects.toMatchObject({
      code: "replay-teacher-missing",
    });
    await expect(replay({ run: plain, reward: "self-certainty" })).rejects.toMatchObject({
      code: "replay-scores-missing",
    });
    await expect(replay({ run: certain, reward: "negative-entropy" })).rejects.toMatchObject({
      code: "replay-scores-missing",
      found: "scores of reward self-certainty",
    });
    await expect(replay({ run: plain, reward: "http" })).rejects.toThrow("rewardUrl");
  });

  it("runs of versions that had fewer columns are read", async () => {
    const run = at("older");
    cpSync(await trained("majority"), run, { recursive: true });
    for (const { path } of listRollouts(join(run, "rollouts")))
      await withConnection(async (connection) => {
        await connection.run(
          `CREATE TEMP TABLE t AS SELECT * EXCLUDE (sampledBy, trained, score, sumLogprob, kl) FROM read_parquet('${path}')`,
        );
        await connection.run(`COPY t TO '${path}' (FORMAT parquet)`);
      });
    expect(await replay({ run })).toMatchObject({ differenceCount: 0, total: { rollouts: 48 } });
    await expect(replay({ run, vote: { weights: "logprob" } })).rejects.toMatchObject({
      code: "replay-column-missing",
    });
  });
});
