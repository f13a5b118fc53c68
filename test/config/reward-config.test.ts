/** Keys of the reward that contradict each other are refused by the schema, each message naming both. */
import { describe, expect, it } from "vitest";
import { checkConfig } from "../../src/config/resolve-config.js";
import { policyVotes, rewardNames } from "../../src/config/reward-config.js";
import { type TrainConfigInput, trainConfigSchema } from "../../src/config/train-config.js";
import { parseYaml } from "../../src/config/yaml-source.js";

const parse = (changes: Partial<TrainConfigInput>) =>
  trainConfigSchema.safeParse({ model: "m", output: "o", prompts: { task: "gcd" }, ...changes });
const refusals = (changes: Partial<TrainConfigInput>) =>
  (parse(changes).error?.issues ?? []).map(({ message }) => message);

describe("contradictions of the reward", () => {
  it.each<[string, string, Partial<TrainConfigInput>]>([
    ["agreementThreshold", "reward ground-truth", { agreementThreshold: 0.6, reward: "ground-truth" }],
    ["agreementThreshold", "reward random", { agreementThreshold: 0.6, reward: "random" }],
    ["agreementThreshold", "reward format", { agreementThreshold: 0.6, reward: "format" }],
    ["agreementThreshold", "reward self-certainty", { agreementThreshold: 0.6, reward: "self-certainty" }],
    [
      "agreementThreshold",
      "reward http",
      { agreementThreshold: 0.6, reward: "http", rewardUrl: "http://h/" },
    ],
    ["votesPerPrompt", "samplesPerPrompt", { votesPerPrompt: 8, samplesPerPrompt: 16 }],
    ["votesPerPrompt", "reward ground-truth", { votesPerPrompt: 32, reward: "ground-truth" }],
    ["votesPerPrompt", "reward ema-teacher", { votesPerPrompt: 32, reward: "ema-teacher" }],
    ["votesPerPrompt", "reward fixed-teacher", { votesPerPrompt: 32, reward: "fixed-teacher" }],
    ["votesPerPrompt", "reward negative-entropy", { votesPerPrompt: 32, reward: "negative-entropy" }],
    ["teacherLabels", "reward majority", { teacherLabels: "labels" }],
    ["teacherLabels", "reward ema-teacher", { teacherLabels: "labels", reward: "ema-teacher" }],
    [
      "teacherSamples",
      "teacherLabels",
      { teacherLabels: "labels", teacherSamples: 8, reward: "fixed-teacher" },
    ],
    ["teacherSamples", "reward majority", { teacherSamples: 8 }],
    ["teacherDecay", "reward fixed-teacher", { teacherDecay: 0.9, reward: "fixed-teacher" }],
    ["teacherVotes", "reward majority", { teacherVotes: "joint" }],
    ["labelledShare", "reward ground-truth", { labelledShare: 0.5, reward: "ground-truth" }],
    ["labelNoise", "reward majority", { labelNoise: 0.1 }],
    ["randomProbability", "reward format", { randomProbability: 0.5, reward: "format" }],
    ["noveltyWidth", "reward majority", { noveltyWidth: 0.2 }],
    ["rewardUrl", "reward majority", { rewardUrl: "http://localhost/" }],
    ["rewardTimeout", "reward majority", { rewardTimeout: 5 }],
    ["rewardRetries", "reward majority", { rewardRetries: 5 }],
    ["rewardConcurrency", "reward majority", { rewardConcurrency: 5 }],
    ["rewardTokenVariable", "reward majority", { rewardTokenVariable: "TOKEN" }],
    ["reward http", "rewardUrl", { reward: "http" }],
    ["samplesPerPrompt", "reward soft", { samplesPerPrompt: 1, advantage: "reinforce++", reward: "soft" }],
    ["samplesPerPrompt", "reward mixed", { samplesPerPrompt: 1, advantage: "reinforce++", reward: "mixed" }],
  ])("of %s and %s", (first, second, changes) => {
    const [message, ...others] = refusals(changes);
    expect(others).toEqual([]);
    expect(message).toContain(first);
    expect(message).toContain(second);
  });

  it.each<[keyof TrainConfigInput, Partial<TrainConfigInput>]>([
    ["agreementThreshold", { agreementThreshold: 1.2 }],
    ["teacherDecay", { reward: "ema-teacher", teacherDecay: 1.2 }],
    ["labelNoise", { reward: "mixed", labelNoise: -0.1 }],
    ["labelledShare", { reward: "mixed", labelledShare: 0 }],
    ["noveltyWidth", { reward: "majority-novelty", noveltyWidth: 1 }],
    ["rewardTimeout", { reward: "http", rewardUrl: "http://h/", rewardTimeout: 86_401 }],
    ["rewardTokenVariable", { reward: "http", rewardUrl: "http://h/", rewardTokenVariable: "Bearer x" }],
  ])("a value of %s beyond its range is refused", (key, changes) => {
    expect(parse(changes).error?.issues.map(({ path }) => path)).toEqual([[key]]);
  });

  it.each([
    ["ftp://host/x", "begins with ftp:"],
    ["localhost:8000/x", "begins with localhost:"],
    ["host/x", "is no URL"],
    ["", "is no URL"],
    ["http://[bad", "is no URL"],
    ["http://localhost:99999/x", "is no URL"],
    ["http://user:secret@host/x", "a user name or password"],
    ["http://secret@host/x", "a user name or password"],
    ["http://user:secret@host:99999/x", "is no URL"],
    ["user:secret@host/x", "begins with user:"],
  ])("rewardUrl %j is refused, which says what is expected and repeats no password", (rewardUrl, what) => {
    // With another reward too, whose own refusal would repeat the value.
    for (const reward of ["http", "majority"] as const) {
      const given = { model: "m", output: "o", prompts: { task: "gcd" }, reward, rewardUrl };
      const file = { ...parseYaml("", "f.yaml"), value: given };
      const { problems } = checkConfig(trainConfigSchema, { file });
      expect(problems).toMatchObject([
        {
          code: "config-invalid-value",
          message: expect.stringContaining(what),
          expected: expect.stringContaining("http or https"),
          remedy: expect.any(String),
        },
      ]);
      expect(JSON.stringify(problems)).not.toContain("secret");
    }
  });

  it("a file without a column of answers gives no true answers", () => {
    for (const reward of ["ground-truth", "mixed"] as const)
      expect(refusals({ reward, prompts: { file: "prompts.jsonl" } })).toEqual([
        `the ${reward} reward needs true answers, and the prompts file names no column of them`,
      ]);
  });
});

describe("what goes together", () => {
  it.each<[Partial<TrainConfigInput>]>([
    ...rewardNames
      .filter((reward) => reward !== "http" && reward !== "model")
      .map((reward): [Partial<TrainConfigInput>] => [{ reward }]),
    [{ reward: "soft", agreementThreshold: 0.6, votesPerPrompt: 64, samplesPerPrompt: 32 }],
    [{ reward: "fixed-teacher", teacherLabels: "labels", agreementThreshold: 0.5 }],
    [
      {
        reward: "ema-teacher",
        teacherDecay: 0.9,
        teacherVotes: "joint",
        teacherSamples: 8,
        votesPerPrompt: 32,
      },
    ],
    [{ reward: "mixed", labelledShare: 0.1, labelNoise: 0.2, agreementThreshold: 0.5 }],
    [{ reward: "ground-truth", labelNoise: 1 }],
    [{ reward: "http", rewardUrl: "https://host:80/score?x=1", votesPerPrompt: 32, rewardRetries: 0 }],
    [{ reward: "http", rewardUrl: "http://[::1]:8000/a@b", rewardTimeout: 86_400 }],
    [{ reward: "model", rewardModel: "runs/rm", rewardScore: "raw" }],
    [{ reward: "majority", vote: { weights: "reward-model" }, rewardModel: "runs/rm" }],
    [{ reward: "majority", easyFraction: 0.3, teacherSamples: 8 }],
    [{ reward: "self-certainty", samplesPerPrompt: 1, advantage: "reinforce++" }],
    [{ reward: "majority", samplesPerPrompt: 1, votesPerPrompt: 16, advantage: "reinforce++" }],
    [{ votesPerPrompt: 16, samplesPerPrompt: 16, reward: "format" }],
  ])("%j", (changes) => expect(refusals(changes)).toEqual([]));

  it("knows which rewards the policy votes for", () => {
    const voting = rewardNames.filter((reward) => policyVotes({ reward }));
    expect(voting).toEqual(["majority", "soft", "majority-novelty", "mixed", "wrong-answer"]);
    expect(policyVotes({ reward: "ema-teacher", teacherVotes: "joint" })).toBe(true);
  });
});
