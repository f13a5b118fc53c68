/** Every recipe is a configuration that resolves, says which schema editors check it with, and has a README. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { demoSettings } from "../../src/apps/demo/settings.js";
import { finetuneConfigSchema } from "../../src/config/finetune-config.js";
import { labelConfigSchema } from "../../src/config/label-config.js";
import { rewardModelTrainConfigSchema } from "../../src/config/reward-model-config.js";
import { selectConfigSchema } from "../../src/config/select-config.js";
import { sweepFileSchema } from "../../src/config/sweep-config.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";
import { readYaml } from "../../src/config/yaml-source.js";

const schemas: Readonly<Record<string, z.ZodType>> = {
  finetune: finetuneConfigSchema,
  label: labelConfigSchema,
  pretrain: pretrainConfigSchema,
  "reward-model": rewardModelTrainConfigSchema,
  select: selectConfigSchema,
  sweep: sweepFileSchema,
  train: trainConfigSchema,
};

const root = new URL("../../recipes/", import.meta.url).pathname;
const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yaml"),
);

describe("recipes", () => {
  it("are there", () => expect(files.length).toBeGreaterThan(0));

  for (const name of files) {
    it(`${name} resolves`, () => {
      const file = join(root, name);
      const line = readFileSync(file, "utf8").split("\n")[0]!;
      const [, kind] = /^# yaml-language-server: \$schema=\.\.\/\.\.\/schema\/(.+)\.schema\.json$/.exec(
        line,
      )!;
      expect(schemas).toHaveProperty(kind!);
      expect(schemas[kind!]!.safeParse(readYaml(file).value).error).toBeUndefined();
      expect(existsSync(join(dirname(file), "README.md"))).toBe(true);
    });
  }
});

describe("the demo", () => {
  it("runs each arm on the same prompts, from the same base, with the same seed", () => {
    const settings = demoSettings("/demo", 3);
    const { base, srt, fixedTeacher, groundTruth, twoWaysBase, twoWays, collapse, mitigated } = settings;
    for (const arm of [srt, fixedTeacher, groundTruth, collapse, mitigated]) {
      expect(arm).toMatchObject({ model: base.output, seed: 3 });
    }
    const { output: _, reward: __, ...common } = srt;
    expect(fixedTeacher).toEqual({ ...common, output: "/demo/fixed-teacher", reward: "fixed-teacher" });
    expect(groundTruth).toEqual({ ...common, output: "/demo/ground-truth", reward: "ground-truth" });
    expect(twoWays).toMatchObject({ model: twoWaysBase.output, seed: 3, reward: "majority" });
    for (const arm of [srt, fixedTeacher, groundTruth, twoWays, collapse, mitigated])
      expect(arm.probe).toMatchObject({ size: 32, samples: 8 });
    expect(srt.reward).toBe("majority");
    const { output: ___, reward: ____, ...hard } = collapse;
    expect(mitigated).toEqual({ ...hard, output: "/demo/collapse-mitigated", reward: "fixed-teacher" });
  });
});
