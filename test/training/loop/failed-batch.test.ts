import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { SelftrainError } from "../../../src/errors.js";
import { guardSamples, guardUpdate } from "../../../src/training/loop/failed-batch.js";
import { temporaryFolder } from "../../run/temporary.js";
import { makeGroup } from "./groups.js";

const temporary = temporaryFolder();
const saved = (step: number) =>
  JSON.parse(fs.readFileSync(join(temporary.path, `failed-batch-${step}.json`), "utf8")) as object;

const datum = {
  prompt: [1, 2],
  completion: [3, 4],
  weights: Float32Array.of(0.5, Number.POSITIVE_INFINITY),
  logprobs: Float32Array.of(Number.NaN, -1),
  policyVersion: 4,
};
const notFinite = new SelftrainError({
  code: "gradient-not-finite",
  message: "the gradient of x is not finite",
  where: "optimiser step 5",
  remedy: "lower the learning rate",
});
const guarded = (update: () => Promise<number>) => guardUpdate(temporary, 5, [datum], update);

describe("guardUpdate", () => {
  it("passes results through, and errors that are not about numbers", async () => {
    expect(await guarded(async () => 7)).toBe(7);
    const other = new Error("out of memory");
    await expect(guarded(() => Promise.reject(other))).rejects.toBe(other);
    expect(fs.readdirSync(temporary.path)).toEqual([]);
  });

  it("saves the batch, with what JSON cannot say as text, and names the file", async () => {
    await expect(guarded(() => Promise.reject(notFinite))).rejects.toMatchObject({
      code: "gradient-not-finite",
      where: `optimiser step 5; batch in ${join(temporary.path, "failed-batch-5.json")}`,
      remedy: notFinite.remedy,
    });
    expect(saved(5)).toEqual({
      step: 5,
      error: notFinite.toJSON(),
      data: [{ ...datum, weights: [0.5, "Infinity"], logprobs: ["NaN", -1] }],
    });
  });
});

describe("guardSamples", () => {
  it("saves the rollouts of a policy that has diverged", () => {
    const group = makeGroup("p", [{ answer: null, logprobs: [-1, Number.NaN] }]);
    expect(() => guardSamples(temporary, 6, [group])).toThrow(
      expect.objectContaining({
        code: "policy-not-finite",
        where: expect.stringContaining("failed-batch-6"),
      }),
    );
    const { tokens } = group.rollouts[0]!;
    expect(saved(6)).toMatchObject({
      step: 6,
      data: [{ prompt: group.promptTokens, completion: tokens, logprobs: [-1, "NaN"] }],
    });
    expect(() =>
      guardSamples(temporary, 7, [makeGroup("q", [{ answer: "1", logprobs: [-1] }])]),
    ).not.toThrow();
  });
});
