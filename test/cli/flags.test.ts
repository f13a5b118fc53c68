import { describe, expect, it } from "vitest";
import { flagValue } from "../../src/cli/flag-values.js";
import { flagName, flagsOf } from "../../src/cli/flags.js";
import { schemaTree } from "../../src/config/schema-tree.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";

const flags = flagsOf(schemaTree(trainConfigSchema));

function flag(key: string) {
  return flags.find((candidate) => candidate.key === key);
}

describe("flagsOf", () => {
  it("gives a nested key its full name and, where that is clear, its last part", () => {
    expect(flag("adam.learningRate")).toMatchObject({
      long: "--adam.learning-rate",
      alias: "--learning-rate",
    });
    expect(flag("samplesPerPrompt")).toMatchObject({ long: "--samples-per-prompt", alias: null });
  });

  it("lets the last part stand for the shallower of two", () => {
    expect(flag("prompts.task")?.alias).toBe("--task");
    expect(flag("evaluation.prompts.task")?.alias).toBeNull();
  });

  it("gives no short name to two that are equally deep", () => {
    expect(flag("prompts.size")?.alias).toBeNull();
    expect(flag("evaluation.size")?.alias).toBeNull();
  });

  it("keeps a unit in one word", () =>
    expect(flag("engine.memoryBudgetMiB")?.alias).toBe("--memory-budget-mib"));

  it("never offers a name twice, nor one that every command has", () => {
    for (const schema of [trainConfigSchema, pretrainConfigSchema]) {
      const names = flagsOf(schemaTree(schema)).flatMap(({ long, alias }) =>
        alias === null ? [long] : [long, alias],
      );
      const all = [...names, "--config", "--dry-run", "--resume", "--json", "--debug", "--help"];
      expect(new Set(all).size).toBe(all.length);
    }
  });

  it("gives no short name to what would be taken for another thing", () => {
    const flags = flagsOf(schemaTree(trainConfigSchema));
    expect(flags.find(({ key }) => key === "evaluation.temperature")).toMatchObject({ alias: null });
    // Nor does such a key take the name of one that has it.
    const aliases = (key: string) => flags.find((own) => own.key === key)?.alias;
    expect(["probe.every", "probe.samples", "probe.kl"].map(aliases)).toEqual([null, null, null]);
    expect(["evaluation.every", "evaluation.samples"].map(aliases)).toEqual(["--every", "--samples"]);
  });

  it("leaves out what is given by position", () => {
    const keys = flagsOf(schemaTree(trainConfigSchema), ["model"]).map(({ key }) => key);
    expect(keys).not.toContain("model");
  });

  it("spells a path as the user would type it", () => {
    const name = flagName(flags);
    expect(name(["adam", "beta1"])).toBe("--beta1");
    expect(name(["prompts", "levels", "3"])).toBe("--levels");
  });
});

describe("flagValue of a map of any values", () => {
  const variables = flag("prompts.variables")!;

  it("reads each as YAML does", () => {
    expect(variables.alias).toBe("--variables");
    expect(flagValue('think=false,a=true,b=null,c=0.5,d=-2,e=high,f="false",g=1e3', variables.node)).toEqual({
      think: false,
      a: true,
      b: null,
      c: 0.5,
      d: -2,
      e: "high",
      f: "false",
      g: 1000,
    });
  });
});

describe("flagValue", () => {
  const whole = { type: "integer" };
  const levels = { type: "object", additionalProperties: { type: "number" } };

  it.each([
    ["12", whole, 12],
    ["1e-4", { type: "number" }, 0.0001],
    ["three", whole, "three"],
    ["", whole, ""],
    ["12", { type: "string" }, "12"],
    ["2=2,3=1.5", levels, { "2": 2, "3": 1.5 }],
    ["{2: 2, 3: 1}", levels, { "2": 2, "3": 1 }],
    ["2=x", levels, { "2": "x" }],
    ["2", levels, "2"],
    ["2=1,", levels, "2=1,"],
  ])("%j as %o", (text, node, value) => expect(flagValue(text, node)).toEqual(value));

  it("takes a flag that stands alone for true", () =>
    expect(flagValue(true, { type: "boolean" })).toBe(true));
});
