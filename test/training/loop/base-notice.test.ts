import { describe, expect, it } from "vitest";
import { trainConfigSchema } from "../../../src/config/train-config.js";
import { baseNotice } from "../../../src/training/loop/base-notice.js";

const config = (changes = {}) =>
  trainConfigSchema.parse({ model: "m", output: "o", prompts: { task: "chain-sums" }, ...changes });
const of = "evaluation" as const;
const notice = (agreement: number, changes = {}, found = {}) =>
  baseNotice({ of, agreement, samples: 8, ...found }, config(changes));

describe("baseNotice", () => {
  it.each([
    [0.27, /27\.0% .*probably wrong/],
    [0.35, /probably wrong/],
    [0.4, /divided/],
    [0.69, /69\.0% .*divided/],
    [0.95, /divided/],
    [0.951, /unanimous/],
    [1, /100\.0% .*unanimous/],
  ])("says of %f: %s", (agreement, message) => {
    expect(notice(agreement)).toMatchObject({
      code: "base-agreement",
      message: expect.stringMatching(message),
    });
  });

  it("advises what is not on yet", () => {
    expect(notice(0.2)?.remedy).toMatch(/--easy-fraction.*fixed-teacher.*groundTruthStages.*curricula\.md/);
    expect(notice(0.2, { reward: "fixed-teacher" })?.remedy).not.toContain("fixed-teacher");
    const easy = notice(0.2, { easyFraction: 0.3 }, { of: "step" });
    expect(easy?.remedy).not.toContain("--easy-fraction");
  });

  it.each([
    ["nobody answers", 0, {}, {}],
    ["samples are too few to disagree", 0.5, {}, { samples: 3 }],
    ["no vote is rewarded", 0.2, { reward: "format" }, {}],
    ["true answers are rewarded", 0.2, { reward: "ground-truth" }, {}],
    ["the evaluation is on other prompts", 0.2, { evaluation: { prompts: { task: "gcd" } } }, {}],
    ["an easy part is trained on", 0.2, { easyFraction: 0.3 }, {}],
    ["the evaluation has told it", 0.2, {}, { of: "step" }],
  ])("says nothing where %s", (_, agreement, changes, found) => {
    expect(notice(agreement, changes, found)).toBeNull();
  });

  it.each([
    ["there is no evaluation", { evaluation: { size: 0 } }],
    ["it is on other prompts", { evaluation: { prompts: { task: "gcd" } } }],
  ])("judges by the first step where %s", (_, changes) => {
    expect(notice(0.2, changes, { of: "step" })?.message).toContain("the first step");
  });
});
