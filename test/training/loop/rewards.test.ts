/** Every reward in the loop, small and real: what it trains on, what it leaves in the run, and that a resumed run is the same run. */
import fs from "node:fs";
import { join } from "node:path";
import {
  labelConfigSchema,
  labelPrompts,
  type RewardSource,
  readSafetensors,
  type TrainConfigInput,
  train,
} from "selftrain";
import { describe, expect, it } from "vitest";
import { METRICS } from "../../../src/core/monitor/catalogue/index.js";
import { latestCheckpoint } from "../../../src/run/checkpoints.js";
import { readRollouts } from "../../../src/run/rollouts.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { planTrain } from "../../../src/training/plan/plan.js";
import { endpointServer, payMajority } from "../reward-http/endpoint-server.js";
import { recordsOf, runContents } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const quick = { evaluation: { size: 0 }, steps: 3 } as const;
const stepsOf = (run: string) => recordsOf(run).filter(({ kind }) => kind === "step");
const rowsOf = (run: string, step: number) => readRollouts(join(run, `rollouts/step-00000${step}.parquet`));
const weightsOf = (run: string, step = 3) =>
  fs.readFileSync(join(run, `checkpoints/step-00000${step}/model.safetensors`), "latin1");
const notConfig = (name: string) => name === "config.yaml";
const nameOf = (changes: object) => JSON.stringify(changes).replace(/[^a-z0-9]+/gi, "-");

describe("every reward trains", () => {
  it.each<Partial<TrainConfigInput>>([
    { reward: "soft" },
    { reward: "soft", votesPerPrompt: 8, vote: { weights: "length-normalised" } },
    { reward: "majority-novelty", advantage: "grpo" },
    { reward: "ema-teacher", teacherDecay: 0.5, teacherSamples: 3 },
    { reward: "ema-teacher", teacherVotes: "joint", teacherSamples: 3, votesPerPrompt: 6, lora: { rank: 2 } },
    { reward: "mixed", labelledShare: 0.5, labelNoise: 0.2 },
    { reward: "ground-truth", labelNoise: 0.5 },
    { reward: "self-certainty" },
    { reward: "self-certainty", advantage: "reinforce++", samplesPerPrompt: 1, promptsPerStep: 8 },
    { reward: "negative-entropy", engine: { threads: 1, gradientCheckpointing: "always" } },
    { reward: "random", randomProbability: 0.3 },
    { reward: "format" },
    { reward: "wrong-answer" },
    { reward: "majority", votesPerPrompt: 12, samplesPerPrompt: 1, advantage: "reinforce++" },
  ])("%j", async (changes) => {
    const output = at(nameOf(changes));
    await train(tinyTraining(base, output, { ...quick, ...changes }));
    const steps = stepsOf(output);
    expect(steps.map(({ step }) => step)).toEqual([1, 2, 3]);
    for (const { metrics } of steps) {
      expect(metrics.reward).toEqual(expect.any(Number));
      for (const name of Object.keys(metrics)) expect(METRICS).toHaveProperty(name);
    }
    // But for the format, which the base has learnt to keep, there is something to learn from.
    if (changes.reward !== "format")
      expect(steps.some(({ metrics }) => (metrics.gradNorm as number) > 0)).toBe(true);
    const rows = await rowsOf(output, 3);
    const trained = rows.filter((row) => row.trained);
    const { samplesPerPrompt = 4, promptsPerStep = 4 } = changes;
    expect(trained).toHaveLength(samplesPerPrompt * promptsPerStep);
    for (const { reward, advantage } of trained) {
      expect(reward).toEqual(expect.any(Number));
      expect(advantage).toEqual(expect.any(Number));
    }
    const measured = changes.reward === "self-certainty" || changes.reward === "negative-entropy";
    for (const { score } of trained) expect(score === null).toBe(!measured);
  });
});

describe("more votes than trained rollouts", () => {
  it("all vote, the first train, and the file tells them apart", async () => {
    const output = at("voters");
    await train(tinyTraining(base, output, { ...quick, votesPerPrompt: 10, samplesPerPrompt: 3 }));
    for (const step of [1, 2, 3]) {
      const rows = await rowsOf(output, step);
      expect(rows).toHaveLength(4 * 10);
      for (let g = 0; g < 4; g++) {
        const group = rows.filter(({ group }) => group === g);
        expect(group.map(({ sample }) => sample)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        expect(group.map(({ trained }) => trained)).toEqual([
          ...Array(3).fill(true),
          ...Array(7).fill(false),
        ]);
        const { voteLabel, voteShare } = group[0]!;
        const counts = new Map<string, number>();
        for (const { answer } of group)
          if (answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
        expect(voteShare).toBe(Math.max(0, ...counts.values()) / 10);
        if (voteLabel !== null) expect(counts.get(voteLabel)).toBe(10 * voteShare);
        for (const { trained, answer, reward, advantage } of group) {
          if (trained) expect(reward).toBe(answer !== null && answer === voteLabel ? 1 : 0);
          else expect([reward, advantage]).toEqual([null, null]);
        }
        const own = group.slice(0, 3).map(({ reward }) => reward!);
        const mean = own.reduce((a, b) => a + b, 0) / 3;
        own.forEach((reward, i) => {
          expect(group[i]!.advantage).toBeCloseTo(voteLabel === null ? 0 : 1.5 * (reward - mean), 12);
        });
      }
      const { metrics } = stepsOf(output)[step - 1]!;
      expect(metrics.trainedRollouts).toBeLessThanOrEqual(4 * 3);
      expect(metrics.tokens).toBe(rows.reduce((sum, { tokens }) => sum + tokens, 0));
      expect(metrics.meanLength).toBeCloseTo((metrics.tokens as number) / 40, 12);
    }
  });

  it("as many votes as trained rollouts is the run without the key", async () => {
    await train(tinyTraining(base, at("equal"), { ...quick, votesPerPrompt: 4 }));
    await train(tinyTraining(base, at("absent"), quick));
    expect(runContents(at("equal"), notConfig)).toEqual(runContents(at("absent"), notConfig));
  });
});

describe("a teacher that moves", () => {
  it("is the mean of the policies so far, weight by weight, and its votes make the labels", async () => {
    const output = at("teacher");
    const config = { ...quick, reward: "ema-teacher", teacherDecay: 0.75, teacherSamples: 5 } as const;
    await train(tinyTraining(base, output, { ...config, checkpointEvery: 1, keepCheckpoints: 4 }));
    const tensors = (step: number, file: string) =>
      readSafetensors(join(output, `checkpoints/step-00000${step}/${file}.safetensors`));
    // The checkpoint of a step has the teacher that voted in it: that of the policy before its update.
    let teacher = tensors(0, "model");
    for (const step of [1, 2, 3]) {
      const saved = tensors(step, "copy-teacher");
      const policy = tensors(step - 1, "model");
      for (const [name, { data }] of policy) {
        const before = teacher.get(name)!.data;
        const expected = data.map((value, i) =>
          step === 1 ? value : Math.fround(0.75 * before[i]! + 0.25 * value),
        );
        expect(saved.get(name)!.data).toEqual(expected);
      }
      teacher = saved;
    }
    const rows = await rowsOf(output, 2);
    expect(rows).toHaveLength(4 * (4 + 5));
    for (let g = 0; g < 4; g++) {
      const group = rows.filter(({ group }) => group === g);
      expect(group.map(({ sampledBy }) => sampledBy)).toEqual([
        ...Array(4).fill("policy"),
        ...Array(5).fill("teacher"),
      ]);
      const votes = group.slice(4).map(({ answer }) => answer);
      const label = group[0]!.rewardLabel;
      const count = (of: string | null) => votes.filter((answer) => answer === of).length;
      if (label !== null)
        for (const answer of new Set(votes))
          if (answer !== label) expect(count(label)).toBeGreaterThan(answer === null ? 0 : count(answer));
      for (const { answer, reward } of group.slice(0, 4))
        expect(reward).toBe(label !== null && answer === label ? 1 : 0);
    }
    const { metrics } = stepsOf(output)[1]!;
    expect(metrics.teacherAgreement).toBeGreaterThan(0);
    expect(metrics).toHaveProperty("teacherDissent");
  });

  it("joint: label and agreement are those of all answers together", async () => {
    const output = at("joint");
    const config = { ...quick, reward: "ema-teacher", teacherVotes: "joint", teacherSamples: 5 } as const;
    await train(tinyTraining(base, output, config));
    const rows = await rowsOf(output, 1);
    const shares = [0, 1, 2, 3].map((g) => {
      const counts = new Map<string, number>();
      for (const { group, answer } of rows)
        if (group === g && answer !== null) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      const most = Math.max(0, ...counts.values());
      const leaders = [...counts].filter(([, count]) => count === most);
      const { rewardLabel } = rows.find(({ group }) => group === g)!;
      expect(rewardLabel).toBe(leaders.length === 1 ? leaders[0]![0] : null);
      return most / 9;
    });
    const agreement = shares.reduce((a, b) => a + b, 0) / 4;
    expect(stepsOf(output)[0]!.metrics.teacherAgreement).toBeCloseTo(agreement, 12);
  });

  it("draws other solutions than the policy, of which it is a copy at first", async () => {
    const output = at("teacher-draws");
    await train(tinyTraining(base, output, { ...quick, reward: "ema-teacher", teacherSamples: 4, steps: 1 }));
    const rows = await rowsOf(output, 1);
    const said = (by: string) =>
      rows.filter(({ sampledBy }) => sampledBy === by).map(({ completion }) => completion);
    expect(said("policy")).not.toEqual(said("teacher"));
  });
});

describe("labels made beforehand", () => {
  const labels = (name: string, size: number) =>
    labelPrompts(
      labelConfigSchema.parse({
        model: base.model,
        output: at(name),
        split: "whole",
        prompts: { file: base.file, answerColumn: "answer", size },
        maxNewTokens: 5,
        samples: 16,
        engine: { threads: 1 },
      }),
    );

  it("train as the votes at the start would have, and are kept with the run", async () => {
    await labels("labels", 64);
    const offline = tinyTraining(base, at("offline"), {
      ...quick,
      reward: "fixed-teacher",
      teacherLabels: at("labels"),
    });
    await train({ ...offline, steps: 1 });
    fs.rmSync(at("labels"), { recursive: true });
    await train(offline, { resume: true });
    await train(tinyTraining(base, at("at-start"), { ...quick, reward: "fixed-teacher" }));
    expect(runContents(at("offline"), notConfig)).toEqual(runContents(at("at-start"), notConfig));
  });

  it("are refused before anything is made where they are of other prompts", async () => {
    await labels("few-labels", 20);
    const config = { ...quick, reward: "fixed-teacher", teacherLabels: at("few-labels") } as const;
    await expect(train(tinyTraining(base, at("none"), config))).rejects.toMatchObject({
      code: "reward-label-missing",
      found: expect.stringMatching(/^\d+ of 64 prompts without a vote$/),
    });
    const missing = { ...config, teacherLabels: at("no-labels") };
    await expect(train(tinyTraining(base, at("none"), missing))).rejects.toMatchObject({
      code: "labels-missing",
    });
    expect(fs.existsSync(at("none"))).toBe(false);
  });

  it("are refused where the rows of the file have moved since, in a dry run too", async () => {
    await labels("before-labels", 64);
    const [first, ...rest] = fs.readFileSync(base.file, "utf8").split("\n");
    fs.writeFileSync(at("moved.jsonl"), [...rest, first].join("\n"));
    const config = tinyTraining(base, at("moved"), {
      ...quick,
      reward: "fixed-teacher",
      teacherLabels: at("before-labels"),
      prompts: { file: at("moved.jsonl"), answerColumn: "answer", size: 64 },
    });
    const refusal = {
      code: "prompt-changed",
      where: expect.stringMatching(/labels\.parquet, prompt row-\d+$/),
    };
    await expect(train(config)).rejects.toMatchObject(refusal);
    await expect(planTrain(config)).rejects.toMatchObject(refusal);
    expect(fs.existsSync(at("moved"))).toBe(false);
  });

  it("with a threshold leave out the prompts that the teacher was unsure of", async () => {
    const output = at("sure");
    await train(tinyTraining(base, output, { ...quick, reward: "fixed-teacher", agreementThreshold: 0.5 }));
    const votes = JSON.parse(fs.readFileSync(join(output, "teacher.json"), "utf8"));
    const rows = (await Promise.all([1, 2, 3].map((step) => rowsOf(output, step)))).flat();
    const unsure = rows.filter(({ promptId }) => votes[promptId].share < 0.5);
    expect(unsure.length).toBeGreaterThan(0);
    for (const { promptId, rewardLabel } of rows)
      expect(rewardLabel).toBe(votes[promptId].share < 0.5 ? null : votes[promptId].label);
    for (const { reward, advantage } of unsure) expect([reward, advantage]).toEqual([0, 0]);
  });
});

describe("an endpoint", () => {
  it("that pays as the majority does trains the same weights", async () => {
    const { url, asked } = await endpointServer(payMajority);
    await train(tinyTraining(base, at("http"), { ...quick, reward: "http", rewardUrl: url }));
    await train(tinyTraining(base, at("majority"), quick));
    expect(weightsOf(at("http"))).toBe(weightsOf(at("majority")));
    expect(asked).toHaveLength(3 * 4);
    const rows = await rowsOf(at("http"), 2);
    for (const { reward, score, rewardLabel, voteLabel } of rows) {
      expect(rewardLabel).toBeNull();
      expect(score).toBe(voteLabel === null ? null : reward);
    }
    const text = JSON.stringify(asked.map(({ body }) => body));
    expect(text).not.toContain('"truth"');
    expect(Object.keys(asked[0]!.body).sort()).toEqual(["completions", "prompt", "step", "vote"]);
  });

  it("defect 8: that fails ends the run with its error; mended, the run goes on as if nothing had been", async () => {
    const { url } = await endpointServer((one, response, count) => {
      if (one.body.step === 2) response.end('{"rewards": [1]}');
      else return payMajority(one, response, count);
    });
    const config = tinyTraining(base, at("mended"), {
      ...quick,
      reward: "http",
      rewardUrl: url,
      checkpointEvery: 1,
    });
    await expect(train(config)).rejects.toMatchObject({ code: "reward-answer-length" });
    expect(stepsOf(at("mended")).map(({ step }) => step)).toEqual([1]);
    expect(readRunInfo(at("mended"))).toMatchObject({
      status: "failed",
      error: { code: "reward-answer-length" },
    });
    // Another address, and more patience, are no other run.
    const elsewhere = await endpointServer(payMajority);
    await train(
      { ...config, rewardUrl: elsewhere.url, rewardTimeout: 5, rewardRetries: 1 },
      { resume: true },
    );
    expect(elsewhere.asked).toHaveLength(2 * 4);
    expect(weightsOf(at("mended"))).toBe(weightsOf(at("http")));
  });

  it("that is waited for holds no stop up: the run goes back to the step before, and on as if nothing had been", async () => {
    const keys = { ...quick, steps: 4, reward: "http", klReference: "moving", klReferenceEvery: 2 } as const;
    const changes = { ...keys, klCoefficient: 0.1, checkpointEvery: 10 };
    const answering = await endpointServer(payMajority);
    await train(tinyTraining(base, at("waited-whole"), { ...changes, rewardUrl: answering.url }));

    for (const stopAt of [1, 3]) {
      const stop = new AbortController();
      const silent = await endpointServer((one, response, count) => {
        if (one.body.step < stopAt) return payMajority(one, response, count);
        if (!stop.signal.aborted) setTimeout(() => stop.abort(), 50);
      });
      const output = at(`waited-${stopAt}`);
      const config = tinyTraining(base, output, { ...changes, rewardUrl: silent.url });
      const started = performance.now();
      const summary = await train(config, { signal: stop.signal });
      // The default limits would let it wait for minutes.
      expect(performance.now() - started).toBeLessThan(30_000);
      expect(summary).toMatchObject({ interrupted: true, steps: stopAt - 1 });
      expect(readRunInfo(output).status).toBe("interrupted");
      expect(stepsOf(output).map(({ step }) => step)).toEqual([1, 2].slice(0, stopAt - 1));
      expect(latestCheckpoint(output)!.step).toBe(stopAt - 1);
      await train({ ...config, rewardUrl: answering.url }, { resume: true });
      expect(runContents(output, notConfig)).toEqual(runContents(at("waited-whole"), notConfig));
    }
  });

  it("without the token that it should be sent is refused before anything is made", async () => {
    const config = tinyTraining(base, at("tokenless"), {
      ...quick,
      reward: "http",
      rewardUrl: "http://127.0.0.1:1/",
      rewardTokenVariable: "SELFTRAIN_TEST_NO_SUCH_TOKEN",
    });
    await expect(train(config)).rejects.toMatchObject({ code: "reward-token-missing" });
    expect(fs.existsSync(at("tokenless"))).toBe(false);
  });
});

describe("a reward of one's own", () => {
  it.each<[string, unknown, string]>([
    ["too short", [1, 0, 1], "reward-length-mismatch"],
    ["not a number", [1, 0, Number.NaN, 0], "reward-not-finite"],
  ])("defect 8: that is %s ends the run, which says where", async (name, rewards, code) => {
    const mine: RewardSource = {
      name: "mine",
      rewards: ({ groups, step }) =>
        groups.map(() => ({
          label: null,
          rewarded: true,
          rewards: (step === 1 ? [1, 0, 0, 0] : rewards) as number[],
        })),
    };
    const output = at(`mine-${name}`);
    await expect(train(tinyTraining(base, output, quick), {}, { reward: mine })).rejects.toMatchObject({
      code,
      where: expect.stringMatching(/^step 2, prompt /),
    });
    expect(stepsOf(output).map(({ step }) => step)).toEqual([1]);
  });

  it("may stop waiting with the run, beside a teacher that has then moved already", async () => {
    const changes = { ...quick, reward: "ema-teacher", teacherDecay: 0.5, teacherSamples: 3 } as const;
    const paying = (stop?: AbortController): RewardSource => ({
      name: "mine",
      rewards: ({ groups, step, signal }) => {
        if (stop && step === 3) {
          stop.abort();
          signal!.throwIfAborted();
        }
        return groups.map(({ rollouts }) => ({
          label: null,
          rewarded: true,
          rewards: rollouts.map(({ tokens }) => tokens.length),
        }));
      },
    });
    await train(tinyTraining(base, at("mine-whole"), changes), {}, { reward: paying() });
    const stop = new AbortController();
    const config = tinyTraining(base, at("mine-stopped"), changes);
    const summary = await train(config, { signal: stop.signal }, { reward: paying(stop) });
    expect(summary).toMatchObject({ interrupted: true, steps: 2 });
    await train(config, { resume: true }, { reward: paying() });
    expect(runContents(at("mine-stopped"), notConfig)).toEqual(runContents(at("mine-whole"), notConfig));
  });

  it("may ask for a measure", async () => {
    const seen: number[] = [];
    const mine: RewardSource = {
      name: "mine",
      measure: "entropy",
      rewards: ({ groups, measured }) =>
        groups.map(({ rollouts }, g) => {
          seen.push(...measured![g]!);
          return {
            label: null,
            rewarded: true,
            rewards: rollouts.map((_, i) => (measured![g]![i]! < 0.5 ? 1 : 0)),
          };
        }),
    };
    await train(tinyTraining(base, at("mine-measured"), quick), {}, { reward: mine });
    expect(seen).toHaveLength(3 * 16);
    for (const entropy of seen) expect(entropy).toBeGreaterThan(0);
    // An unbiased estimate of the same entropy, by the sampled tokens.
    const rows = (await Promise.all([1, 2, 3].map((step) => rowsOf(at("mine-measured"), step)))).flat();
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(Math.abs(mean(seen) - mean(rows.map(({ meanLogprob }) => -meanLogprob)))).toBeLessThan(0.15);
  });
});

describe("continued after a stop", () => {
  it.each<Partial<TrainConfigInput>>([
    {
      reward: "ema-teacher",
      teacherDecay: 0.6,
      teacherVotes: "joint",
      teacherSamples: 3,
      votesPerPrompt: 6,
      klCoefficient: 0.1,
      klReference: "moving",
      klReferenceEvery: 3,
    },
    { reward: "ema-teacher", teacherDecay: 0.6, teacherSamples: 3, lora: { rank: 2 } },
    { reward: "random", votesPerPrompt: 4 },
    { reward: "mixed", labelledShare: 0.5, labelNoise: 0.3 },
    { reward: "self-certainty" },
  ])("ends in the same bytes: %j", async (changes) => {
    const name = nameOf(changes);
    const config = tinyTraining(base, at(`stopped-${name}`), {
      ...quick,
      steps: 5,
      checkpointEvery: 2,
      ...changes,
    });
    await train({ ...config, output: at(`whole-${name}`) });
    for (const stopAt of [1, 3]) {
      const stop = new AbortController();
      await train(config, {
        resume: true,
        signal: stop.signal,
        observer: (event) => {
          if (event.type === "step" && event.step === stopAt) stop.abort();
        },
      });
    }
    await train(config, { resume: true });
    expect(runContents(config.output, notConfig)).toEqual(runContents(at(`whole-${name}`), notConfig));
  });
});
