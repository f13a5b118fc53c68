/** What makes the demo's comparison a fair one, whatever its settings are tuned to. */
import { describe, expect, it } from "vitest";
import { nextCommands } from "../../../src/apps/demo/meta.js";
import { demoSettings } from "../../../src/apps/demo/settings.js";
import { STAGES } from "../../../src/apps/demo/stages.js";
import { runCli } from "../../../src/cli/run-cli.js";
import type { PretrainConfig, TrainConfig } from "../../../src/config/train-config.js";
import { exampleStream } from "../../../src/data/examples.js";
import { longestSolution } from "../../../src/data/longest-solution.js";
import { loadPromptPool } from "../../../src/data/prompt-pool.js";
import { checkPrompts } from "../../../src/training/rollout/fit.js";
import { newTokenizer } from "../../../src/training/start/base-model.js";
import { fakeIo } from "../../cli/fake-io.js";

const folder = "/demo";
const seed = 3;
const settings = demoSettings(folder, seed);
const { base, srt, fixedTeacher, groundTruth, twoWaysBase, twoWays, collapse, mitigated } = settings;
const bases = [base, twoWaysBase];
const ofBase = [srt, fixedTeacher, groundTruth, collapse, mitigated];
const trained = [...ofBase, twoWays];

const training = ({ prompts, seed }: TrainConfig) => loadPromptPool(prompts, "train", prompts.size, seed);
const heldOut = ({ evaluation, prompts, seed }: TrainConfig) =>
  loadPromptPool(evaluation.prompts ?? prompts, "test", evaluation.size, seed);

describe("the demo's settings", () => {
  it("the control arms differ from self-training in their reward alone", () => {
    const shared = ({ reward: _, output: __, teacherSamples: ___, ...rest }: TrainConfig) => rest;
    expect([srt, fixedTeacher, groundTruth].map(({ reward }) => reward)).toEqual([
      "majority",
      "fixed-teacher",
      "ground-truth",
    ]);
    expect(shared(fixedTeacher)).toEqual(shared(srt));
    expect(shared(groundTruth)).toEqual(shared(srt));
  });

  it("the collapse and its mitigation start alike, on the same prompts, and read no label", () => {
    for (const config of [collapse, mitigated]) expect(config.reward).not.toBe("ground-truth");
    expect(mitigated.prompts).toEqual(collapse.prompts);
    expect(mitigated.evaluation).toEqual(collapse.evaluation);
    expect(mitigated.steps).toBe(collapse.steps);
    const { output: _, ...one } = collapse;
    const { output: __, ...other } = mitigated;
    expect(other).not.toEqual(one);
  });

  it("one base knows one way to answer, the other two, and self-training is not told which is which", () => {
    expect([base.direct, twoWaysBase.direct]).toEqual([0, 0.5]);
    expect([twoWays.reward, twoWays.prompts.task]).toEqual(["majority", twoWaysBase.prompts.task]);
    expect(twoWays.prompts.levels).toEqual(twoWaysBase.prompts.levels);
  });

  it("every run is in the demo's folder, of the demo's seed, and starts from a base of the demo", () => {
    const outputs = [...bases, ...trained].map(({ output }) => output);
    expect(new Set(outputs).size).toBe(STAGES.length);
    for (const output of outputs) expect(output.startsWith(`${folder}/`)).toBe(true);
    for (const config of ofBase) expect([config.model, config.seed]).toEqual([base.output, seed]);
    expect([twoWays.model, twoWays.seed, twoWaysBase.seed]).toEqual([twoWaysBase.output, seed, seed]);
  });

  it("a base is made before what starts from it", () => {
    const made = new Set<string>();
    for (const { name } of STAGES) {
      const config = settings[name];
      if ("vote" in config) expect(made).toContain(config.model);
      made.add(config.output);
    }
    expect([...made]).toHaveLength(Object.keys(settings).length);
  });

  it("no prompt of evaluation is trained on, by any stage", async () => {
    const test = new Set<string>();
    for (const config of trained) for (const { text } of (await heldOut(config)).prompts) test.add(text);
    for (const config of trained)
      for (const { text } of (await training(config)).prompts) expect(test.has(text)).toBe(false);
    for (const config of bases) {
      const examples = await exampleStream(config);
      for (let step = 0; step < 20; step++)
        for (const { prompt } of examples.at(step)) expect(test.has(prompt)).toBe(false);
    }
  });

  it("every prompt and its longest right solution fit the model that is trained on them", async () => {
    for (const config of trained) {
      const start = config === twoWays ? twoWaysBase : base;
      const { contextLength } = start.model as Exclude<PretrainConfig["model"], string>;
      const tokenizer = await newTokenizer(start);
      const parts = [await training(config), await heldOut(config)].map((pool) => ({
        ...pool,
        what: "prompts",
      }));
      checkPrompts({ contextLength }, tokenizer, parts, config.maxNewTokens);
      const prompts = config.evaluation.prompts ?? config.prompts;
      expect(longestSolution(prompts)).toBeLessThanOrEqual(contextLength);
    }
  });
});

describe("the commands that the demo says to type next", () => {
  it.each(nextCommands("runs/demo"))("$command", async ({ command }) => {
    const [npx, program, ...words] = command.split(" ");
    expect([npx, program]).toEqual(["npx", "selftrain"]);
    // Up to the first flag or operand, words name the command.
    const named = ["tasks", "runs"].includes(words[0]!) ? words.slice(0, 2) : words.slice(0, 1);
    const io = fakeIo([...named, "--help"]);
    expect(await runCli(io)).toBe(0);
    for (const flag of words.filter((word) => word.startsWith("--")))
      expect(io.stdout.text).toContain(`${flag} `);
  });
});
