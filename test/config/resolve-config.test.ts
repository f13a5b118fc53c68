import { describe, expect, it } from "vitest";
import { z } from "zod";
import { evalConfigSchema } from "../../src/config/eval-config.js";
import { finetuneConfigSchema } from "../../src/config/finetune-config.js";
import { generateConfigSchema } from "../../src/config/generate-config.js";
import { labelConfigSchema } from "../../src/config/label-config.js";
import { checkConfig, resolveConfig } from "../../src/config/resolve-config.js";
import {
  rewardModelEvalConfigSchema,
  rewardModelTrainConfigSchema,
} from "../../src/config/reward-model-config.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";
import { parseYaml } from "../../src/config/yaml-source.js";

const valid = { model: "m", output: "runs/x", "prompts.task": "gcd" };

function flags(values: Record<string, unknown>): Map<string, unknown> {
  return new Map(Object.entries(values));
}

function problems(yaml: string, given: Record<string, unknown> = {}, schema: z.ZodType = trainConfigSchema) {
  const file = parseYaml(yaml, "train.yaml");
  return checkConfig(schema, { file, flags: flags(given) }).problems;
}

describe("layers", () => {
  const file = parseYaml(
    "model: m\noutput: runs/x\nsteps: 5\nadam: {learningRate: 0.1, beta1: 0.8}\n",
    "f.yaml",
  );

  it("lays flags over the file over defaults", () => {
    const given = flags({ "prompts.task": "gcd", "adam.learningRate": 0.2 });
    const { steps, seed, adam } = resolveConfig(trainConfigSchema, { file, flags: given });
    expect({ steps, seed }).toEqual({ steps: 5, seed: 0 });
    expect(adam).toMatchObject({ learningRate: 0.2, beta1: 0.8, beta2: 0.95 });
  });

  it("replaces a map as a whole, and a text that stands in a map's place", () => {
    const schema = z.object({ levels: z.record(z.string(), z.number()), model: z.unknown() });
    const base = parseYaml("levels: {1: 1, 2: 1}\nmodel: folder\n", "f.yaml");
    const config = resolveConfig(schema, {
      file: base,
      flags: flags({ levels: { "3": 1 }, "model.layers": 2 }),
    });
    expect(config).toEqual({ levels: { "3": 1 }, model: { layers: 2 } });
  });

  it("leaves the file's values alone", () => {
    resolveConfig(trainConfigSchema, { file, flags: flags({ "prompts.task": "gcd", "adam.beta1": 0.1 }) });
    expect(file.value).toMatchObject({ adam: { beta1: 0.8 } });
  });
});

describe("problems", () => {
  it("names an unknown key with its place and the nearest key, wherever that belongs", () => {
    const found = problems(
      "model: m\noutput: o\nprompts:\n  task: gcd\n  taks: x\nlearningrat: 1\nadam:\n  steps: 3\n",
    );
    expect(found.map(({ code, message, remedy }) => [code, message, remedy])).toEqual([
      ["config-unknown-key", 'unknown key "taks" in train.yaml:5:3', 'did you mean "task"?'],
      [
        "config-unknown-key",
        'unknown key "learningrat" in train.yaml:6:1',
        'did you mean "adam.learningRate"?',
      ],
      [
        "config-unknown-key",
        'unknown key "steps" in train.yaml:8:3',
        'did you mean "steps" at the top level?',
      ],
    ]);
  });

  it.each([
    evalConfigSchema,
    pretrainConfigSchema,
    finetuneConfigSchema,
    generateConfigSchema,
    labelConfigSchema,
    rewardModelTrainConfigSchema,
    rewardModelEvalConfigSchema,
  ])("says of an engine at a server that the command has none: schema %#", (schema: z.ZodType) => {
    const found = problems("engine:\n  kind: tinker\n  threads: 1\n", {}, schema);
    const own = found.filter(({ code }) => code === "config-unknown-key");
    expect(own).toMatchObject([{ found: "kind", where: "train.yaml:2:3" }]);
    expect(own[0]!.remedy).toContain("embedded engine alone");
  });

  it("says what was found and expected, and where it was written", () => {
    const [first, second] = problems("model: m\noutput: o\nprompts: {task: gcd}\nsteps: three\n", {
      seed: -1,
    });
    expect(first).toMatchObject({
      message: "Invalid value for seed (-1). Expected a whole number from 0 to 2147483647.",
    });
    expect(first).not.toHaveProperty("where");
    expect(second).toMatchObject({
      code: "config-invalid-value",
      message: "Invalid value for steps (three). Expected a positive whole number.",
      where: "train.yaml:4:8",
    });
  });

  it("suggests the nearest choice", () => {
    const [problem] = problems("", { ...valid, reward: "majorty" });
    expect(problem?.remedy).toBe('did you mean "majority"?');
  });

  it("refuses a group of none, and one of one where rollouts are compared", () => {
    const [problem] = problems("", { ...valid, samplesPerPrompt: 0 });
    expect(problem?.message).toBe(
      "Invalid value for samplesPerPrompt (0). Expected a positive whole number.",
    );
    const [lone] = problems("", { ...valid, samplesPerPrompt: 1 });
    expect(lone).toMatchObject({
      code: "config-conflict",
      message: expect.stringContaining("samplesPerPrompt 1 gives advantage rloo nothing to compare"),
    });
  });

  it("lists what is missing", () => {
    expect(problems("").map(({ code, message }) => [code, message])).toEqual([
      ["config-missing-key", "no model given"],
      ["config-missing-key", "no output given"],
      ["config-missing-key", "no prompts given"],
    ]);
  });

  it("looks into the alternative that was meant", () => {
    const yaml = "output: o\nprompts: {task: gcd}\nmodel:\n  layers: 1.5\n  haeds: 2\n";
    expect(problems(yaml, {}, pretrainConfigSchema).map(({ message }) => message)).toEqual([
      "Invalid value for model.layers (1.5). Expected a positive whole number.",
      'unknown key "haeds" in train.yaml:5:3',
    ]);
  });

  it("refuses keys of a map that are of the wrong kind", () => {
    const [problem] = problems("model: m\noutput: o\nprompts: {task: gcd, levels: {easy: 1}}\n");
    expect(problem).toMatchObject({
      code: "config-invalid-key",
      message: "Invalid key in prompts.levels (easy). Expected a level, a whole number.",
      where: "train.yaml:3:31",
    });
  });

  it.each([
    [{ "prompts.file": "p.jsonl" }, "prompts names both a task (gcd) and a file (p.jsonl)"],
    [{ "prompts.task": undefined }, "prompts names neither a task nor a file"],
    [
      { "prompts.task": undefined, "prompts.file": "p.jsonl", reward: "ground-truth" },
      "the ground-truth reward needs true answers, and the prompts file names no column of them",
    ],
  ])("refuses values that do not go together: %o", (change, message) => {
    expect(problems("", { ...valid, ...change }).map((problem) => problem.message)).toEqual([message]);
  });

  it.each([
    [
      { "model.hiddenSize": 100, "model.heads": 3 },
      "hiddenSize 100 does not divide into 3 heads of an even width",
    ],
    [{ "model.heads": 4, "model.kvHeads": 3 }, "4 heads cannot share 3 key/value heads evenly"],
  ])("refuses a model shape that cannot be: %o", (shape, message) => {
    const found = problems("", { output: "o", "prompts.task": "gcd", ...shape }, pretrainConfigSchema);
    expect(found.map((problem) => problem.message)).toEqual([message]);
  });

  it("refuses direct answers of a file, whose completions stay as they are", () => {
    const config = { output: "o", "prompts.file": "solved.jsonl" };
    const found = problems("", { ...config, direct: 0.5 }, pretrainConfigSchema);
    expect(found.map((problem) => problem.message)).toEqual([
      "direct answers are of a task: the completions of a file are taken as they are",
    ]);
    expect(problems("", { ...config, direct: 0 }, pretrainConfigSchema)).toEqual([]);
  });

  it("throws one as itself and several together", () => {
    const one = () => resolveConfig(trainConfigSchema, { flags: flags({ ...valid, steps: 0 }) });
    const two = () => resolveConfig(trainConfigSchema, { flags: flags({ ...valid, steps: 0, seed: 0.5 }) });
    expect(one).toThrow(expect.objectContaining({ name: "SelftrainError", code: "config-invalid-value" }));
    expect(two).toThrow(
      expect.objectContaining({ name: "ProblemsError", problems: expect.objectContaining({ length: 2 }) }),
    );
  });
});
