/** Values of an offline configuration that contradict each other are refused by the schema, each message naming both keys. */
import { describe, expect, it } from "vitest";
import {
  type FinetuneConfigInput,
  finetuneConfigSchema,
  preferenceOptions,
  thresholdOf,
} from "../../src/config/finetune-config.js";
import { checkConfig } from "../../src/config/resolve-config.js";
import { parseYaml } from "../../src/config/yaml-source.js";

const given = (changes: Partial<FinetuneConfigInput>) => ({
  model: "m",
  output: "o",
  prompts: { task: "gcd" },
  ...changes,
});
const refusals = (changes: Partial<FinetuneConfigInput>) =>
  (finetuneConfigSchema.safeParse(given(changes)).error?.issues ?? []).map(({ message }) => message);

describe("contradictions", () => {
  it.each([
    ["beta", "objective", { beta: 0.1 }],
    ["nllWeight", "objective", { nllWeight: 1 }],
    ["labelSmoothing", "objective", { labelSmoothing: 0.1 }],
    ["labelSmoothing", "objective", { objective: "scpo", labelSmoothing: 0.1 }],
    ["pairsPerPrompt", "objective", { pairsPerPrompt: 2 }],
    ["unanswered", "objective", { unanswered: "ignore" }],
    ["distinctPerPrompt", "objective", { objective: "dpo", distinctPerPrompt: 2 }],
    ["labels", "rounds", { labels: "l", rounds: 2 }],
    ["labels", "promptsPerRound", { labels: "l", promptsPerRound: 2 }],
    ["labels", "samplesPerPrompt", { labels: "l", samplesPerPrompt: 2 }],
    ["labels", "temperature", { labels: "l", temperature: 1 }],
    ["labels", "vote", { labels: "l", vote: { ties: "first" } }],
    ["labels", "minAnswers", { labels: "l", vote: { minAnswers: 3 } }],
    ["restart", "rounds", { restart: true }],
    ["agreementThresholdGrowth", "rounds", { agreementThresholdGrowth: 0.1 }],
    [
      "agreementThresholdGrowth",
      "agreementThreshold",
      { rounds: 3, agreementThreshold: 0.7, agreementThresholdGrowth: 0.2 },
    ],
  ] as const)("of %s and %s", (first, second, changes) => {
    const [message, ...others] = refusals(changes);
    expect(others).toEqual([]);
    expect(message).toContain(first);
    expect(message).toContain(second);
  });

  it.each([
    [{ agreementThreshold: 1.1 }],
    [{ samplesPerPrompt: 1 }],
    [{ objective: "dpo", labelSmoothing: 0.5 }],
    [{ objective: "dpo", beta: 0 }],
    [{ prompts: { task: "gcd", file: "f" } }],
  ] as const)("a value out of range: %j", (changes) => {
    expect(refusals(changes as Partial<FinetuneConfigInput>)).toHaveLength(1);
  });
});

it("votes that a reward model weighs are refused at once, with the weights that there are", () => {
  const { problems } = checkConfig(finetuneConfigSchema, {
    file: parseYaml("model: m\noutput: o\nprompts: {task: gcd}\nvote: {weights: reward-model}\n", "f.yaml"),
  });
  expect(problems).toMatchObject([
    {
      code: "config-invalid-value",
      found: "reward-model",
      expected: "one of: uniform, logprob, length-normalised",
      where: "f.yaml:4:17",
    },
  ]);
});

describe("what looks odd and is not", () => {
  it.each([
    [{ objective: "dpo", nllWeight: 0.5, labelSmoothing: 0.2, pairsPerPrompt: 4 }],
    [{ objective: "scpo", rounds: 3, agreementThreshold: 0.5, agreementThresholdGrowth: 0.25 }],
    [{ labels: "l", objective: "scpo", agreementThreshold: 0.6 }],
    [{ rounds: 5, restart: true, distinctPerPrompt: 4 }],
  ] as const)("%j", (changes) => expect(refusals(changes)).toEqual([]));
});

describe("defaults of the papers", () => {
  const parsed = (changes: Partial<FinetuneConfigInput>) => finetuneConfigSchema.parse(given(changes));

  it("ScPO: β 0.5, α 1, half of the votes, more with each round where asked", () => {
    expect(preferenceOptions(parsed({ objective: "scpo" }))).toEqual({
      beta: 0.5,
      labelSmoothing: 0,
      nllWeight: 1,
    });
    const growing = parsed({ objective: "scpo", rounds: 2, agreementThresholdGrowth: 0.2 });
    expect([thresholdOf(growing, 1), thresholdOf(growing, 2)]).toEqual([0.5, 0.7]);
  });

  it("DPO: β 0.1 and nothing else", () => {
    expect(preferenceOptions(parsed({ objective: "dpo" }))).toEqual({
      beta: 0.1,
      labelSmoothing: 0,
      nllWeight: 0,
    });
    expect(thresholdOf(parsed({ objective: "dpo" }), 1)).toBe(0);
  });
});
