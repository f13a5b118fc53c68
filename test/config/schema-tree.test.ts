import { describe, expect, it } from "vitest";
import { z } from "zod";
import { expected } from "../../src/config/expected.js";
import { keysOf, leavesOf, nodeAt, type SchemaNode, schemaTree } from "../../src/config/schema-tree.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";

const train = schemaTree(trainConfigSchema);
const pretrain = schemaTree(pretrainConfigSchema);

function words(schema: z.ZodType): string {
  return expected(schemaTree(schema));
}

describe("schemaTree", () => {
  it("knows what must be given", () => {
    const required = leavesOf(train).filter((leaf) => leaf.required);
    expect(required.map((leaf) => leaf.path.join("."))).toEqual(["model", "output"]);
  });

  it("offers both forms of a value that may be a text or a map", () => {
    const leaves = leavesOf(pretrain).map((leaf) => leaf.path.join("."));
    expect(leaves).toContain("model");
    expect(leaves).toContain("model.layers");
    expect(keysOf(nodeAt(pretrain, ["model"]) as SchemaNode)).toContain("heads");
  });

  it("follows paths into maps with free keys", () => {
    expect(nodeAt(train, ["prompts", "levels", "3"])?.exclusiveMinimum).toBe(0);
    expect(nodeAt(train, ["prompts", "nowhere"])).toBeUndefined();
  });

  it("describes every key of the config files", () => {
    const undescribed = [train, pretrain].flatMap((tree) =>
      leavesOf(tree)
        .filter((leaf) => leaf.node.description === undefined)
        .map((leaf) => leaf.path.join(".")),
    );
    expect(undescribed).toEqual([]);
  });
});

describe("expected", () => {
  it.each([
    [z.int().positive(), "a positive whole number"],
    [z.int().min(2), "a whole number, 2 or more"],
    [z.number().min(0).max(1), "a number from 0 to 1"],
    [z.number().positive().max(5), "a positive number, at most 5"],
    [z.number(), "a number"],
    [z.boolean(), "true or false"],
    [z.string(), "a text"],
    [z.enum(["rloo", "grpo"]), "one of: rloo, grpo"],
    [z.array(z.string()), "a list, each a text"],
    [z.record(z.string(), z.number().positive()), "a map, each value a positive number"],
    [z.strictObject({ a: z.string(), b: z.string() }), "a map with the keys a, b"],
    [z.union([z.string(), z.strictObject({ a: z.string() })]), "a text, or a map with the keys a"],
  ] as const)("case %#: $1", (schema, text) => expect(words(schema)).toBe(text));
});
