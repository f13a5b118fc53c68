/** `selftrain eval` and `selftrain generate` on a real model. */
import fs from "node:fs";
import { join } from "node:path";
import { train } from "selftrain";
import { describe, expect, it } from "vitest";
import { evaluateModel } from "../../../dist/training/evaluate/evaluate-model.js";
import { generateFromModel } from "../../../dist/training/evaluate/generate.js";
import { type EvalConfigInput, evalConfigSchema } from "../../../src/config/eval-config.js";
import { generateConfigSchema } from "../../../src/config/generate-config.js";
import { modelFolder } from "../../../src/run/model-folder.js";
import { tinyBase, tinyPretraining, tinyTraining } from "../loop/tiny-base.js";

const base = tinyBase();
const at = (name: string) => join(base.folder, name);
const evaluateWith = (changes: EvalConfigInput) =>
  evaluateModel(evalConfigSchema.parse({ size: 8, samples: 2, engine: { threads: 1 }, ...changes }));
const generate = (prompts: string[], changes: object = {}) =>
  generateFromModel(
    generateConfigSchema.parse({
      model: base.model,
      prompts,
      samples: 4,
      maxNewTokens: 5,
      engine: { threads: 1 },
      ...changes,
    }),
  );

describe("evaluateModel", () => {
  it("of a run finds what the run itself found at its end", async () => {
    const held = at("held.jsonl");
    fs.writeFileSync(held, fs.readFileSync(base.file, "utf8").split("\n").slice(0, 6).join("\n"));
    const ownSplit = await train(tinyTraining(base, at("own-split"), { steps: 1 }));
    const ownFile = await train(
      tinyTraining(base, at("own-file"), {
        steps: 1,
        evaluation: { size: 8, samples: 2, prompts: { file: held, answerColumn: "answer" } },
      }),
    );
    expect(await evaluateWith({ model: at("own-split") })).toEqual(ownSplit.end);
    expect(ownFile.end!.prompts).toBe(6);
    expect(await evaluateWith({ model: at("own-file") })).toEqual(ownFile.end);
  });

  it("of a pretraining run takes the prompts that were held out of it", async () => {
    const { evaluation } = tinyPretraining(base, "");
    const result = await evaluateWith({ model: base.model, size: evaluation.size, samples: 2 });
    expect(result.prompts).toBe(evaluation.size);
    expect(result.mean!.value).toBeGreaterThan(0.2);
  });

  it("of a bare model needs to be told the prompts and the length", async () => {
    const model = modelFolder(base.model);
    await expect(evaluateWith({ model })).rejects.toMatchObject({ code: "eval-no-prompts" });
    const prompts = { file: base.file };
    const result = await evaluateWith({ model, prompts, split: "whole", maxNewTokens: 5 });
    expect(result).toMatchObject({ prompts: 8, mean: null });
    await expect(evaluateWith({ model, prompts, maxNewTokens: 50 })).rejects.toMatchObject({
      code: "prompt-too-long",
      found: expect.arrayContaining([expect.stringMatching(/jsonl:\d+ \(\d \+ 50 tokens\)/)]),
    });
  });
});

describe("generateFromModel", () => {
  it("gives each prompt its completions, the same for the same seed", async () => {
    const prompts = ["407>", "123>"];
    const first = await generate(prompts);
    expect(first.map(({ prompt }) => prompt)).toEqual(prompts);
    for (const { completions } of first) expect(completions).toHaveLength(4);
    expect(await generate(prompts)).toEqual(first);
    expect(await generate(prompts, { seed: 1 })).not.toEqual(first);
  });

  it("at temperature 0 copies the digits, which the model is most likely to do", async () => {
    const [generated] = await generate(["407>"], { temperature: 0, samples: 1 });
    expect(generated!.completions).toEqual([{ text: "#407", finish: "stop", answer: "407" }]);
  });

  it("refuses prompts that do not fit the model", async () => {
    await expect(generate(["407>"], { maxNewTokens: 13 })).rejects.toMatchObject({ code: "prompt-too-long" });
    await expect(generate(["4§7>"])).rejects.toMatchObject({ code: "tokenizer-unknown-character" });
  });
});
