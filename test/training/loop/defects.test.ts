/** Defects of the reference code that only a whole run can show to be absent; the others are tested beside what they concern. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evalConfigSchema, evaluateModel, majorityReward, type RewardSource, train } from "selftrain";
import { describe, expect, it } from "vitest";
import { listCheckpoints } from "../../../src/run/checkpoints.js";
import { readRunInfo } from "../../../src/run/run-info.js";
import { recordsOf } from "./run-contents.js";
import { tinyBase, tinyTraining } from "./tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const quick = { evaluation: { size: 0 }, steps: 3 } as const;

describe("a whole run", () => {
  it("defect 8: a reward that fails ends the run with its error; no other step's rewards take its place", async () => {
    let seen = 0;
    const failing: RewardSource = {
      name: "failing",
      rewards: ({ groups, votes }) =>
        groups.map((group, g) => {
          // In the middle of the second step's four groups.
          if (++seen > 6) throw new Error("the reward is out of order");
          return majorityReward().reward(group, votes[g]!);
        }),
    };
    const output = at("failing");
    const config = tinyTraining(base, output, quick);
    await expect(train(config, {}, { reward: failing })).rejects.toThrow("the reward is out of order");
    expect(recordsOf(output).map(({ step }) => step)).toEqual([1]);
    expect(readRunInfo(output).status).toBe("failed");
  });

  it("defect 11: the seed decides what is sampled", async () => {
    const rewards = async (seed: number, name: string) => {
      await train(tinyTraining(base, at(name), { ...quick, seed }));
      return recordsOf(at(name)).map(({ metrics }) => [metrics.reward, metrics.loss, metrics.tokens]);
    };
    const first = await rewards(1, "seed-1");
    expect(await rewards(1, "seed-1-again")).toEqual(first);
    expect(await rewards(2, "seed-2")).not.toEqual(first);
  });

  it("defect 12: checkpoints are kept, so that an earlier policy can be evaluated and taken", async () => {
    const output = at("early");
    const config = tinyTraining(base, output, { ...quick, checkpointEvery: 1, keepCheckpoints: 3 });
    await train(config);
    const kept = listCheckpoints(output);
    expect(kept.map(({ step }) => step)).toEqual([0, 1, 2, 3]);
    const prompts = { file: base.file, answerColumn: "answer" };
    const asked = { prompts, size: 16, samples: 2, maxNewTokens: 5, engine: { threads: 1 } };
    const means: (number | undefined)[] = [];
    for (const { path } of kept) {
      const { mean } = await evaluateModel(evalConfigSchema.parse({ model: path, ...asked }));
      means.push(mean?.value);
    }
    expect(means).toEqual(Array(4).fill(expect.any(Number)));
    const weights = kept.map(({ path }) => readFileSync(join(path, "model.safetensors")).toString("base64"));
    expect(new Set(weights).size).toBe(4);
  });
});

describe("the thirteen defects of the reference code", () => {
  const folder = new URL("../..", import.meta.url).pathname;
  const titles = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), "utf8").matchAll(/^\s*(?:it\(\s*)?"defect (\d+): /gm),
    ])
    .map(([, number]) => Number(number));

  it("each have a regression test named after them", () => {
    const missing = Array.from({ length: 13 }, (_, i) => i + 1).filter((number) => !titles.includes(number));
    expect(missing).toEqual([]);
  });
});
