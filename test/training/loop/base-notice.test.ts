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
    [0.27, /27\.0% .*may be wrong/],
    [0.35, /may be wrong/],
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

  const shares = (mean: number, maj: number, greedy: number) =>
    Object.fromEntries(
      Object.entries({ mean, maj, greedy }).map(([key, value]) => [
        key,
        { value, lo: value - 0.02, hi: value + 0.02 },
      ]),
    );

  it.each([
    // The bases of two ways and of sorting: all that could rise did.
    [0.28, [0.31, 0.921, 0.51], /right on 92\.1% .* 31\.0%.* 51\.0%.*may come up to it/],
    [0.7, [0.72, 0.96, 0.96], /may come up to it/],
    // A base that greedy decoding is ahead of, and one within 5 points.
    [0.54, [0.4, 0.609, 0.734], /it may fall/],
    [0.54, [0.4, 0.7, 0.749], /may come up to it/],
    [0.35, [0.016, 0.05, 0.2], /on most prompts it is wrong/],
    // Where nothing is divided, nothing is learned, whatever is right.
    [0.97, [0.9, 0.9, 0.99], /unanimous/],
  ])("goes by the answers of the evaluation where it has some: %f, %j", (agreement, of, message) => {
    const [mean, maj, greedy] = of as [number, number, number];
    expect(notice(agreement, {}, shares(mean, maj, greedy))?.message).toMatch(message);
  });

  it("does not warn of greedy decoding where a teacher votes, nor where the labels are stored", () => {
    const ahead = shares(0.4, 0.6, 0.75);
    expect(notice(0.5, {}, ahead)).toMatchObject({
      code: "base-majority",
      remedy: expect.stringMatching(/fixed-teacher.*studies/),
    });
    for (const reward of ["fixed-teacher", "ema-teacher"])
      expect(notice(0.5, { reward }, ahead)?.message).toMatch(/may come up to it/);
    const { prompts, evaluation } = config();
    const offline = baseNotice({ of, agreement: 0.5, samples: 8, ...ahead }, { prompts, evaluation });
    expect(offline?.message).toMatch(/may come up to it/);
  });

  it("goes by agreement where no prompt has an answer", () => {
    expect(notice(0.5, {}, { mean: null, maj: null, greedy: null })?.code).toBe("base-agreement");
  });
});
