import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type PretrainConfigInput, pretrainConfigSchema } from "../../src/config/train-config.js";
import { exampleStream } from "../../src/data/examples.js";
import { loadPromptPool } from "../../src/data/prompt-pool.js";
import { splitOf } from "../../src/data/split.js";
import { temporaryFolder } from "../run/temporary.js";

const temporary = temporaryFolder();
const stream = (changes: Partial<PretrainConfigInput>) =>
  exampleStream(
    pretrainConfigSchema.parse({ output: "o", prompts: { task: "gcd" }, batchSize: 16, ...changes }),
  );

function file(rows: number): string {
  const path = join(temporary.path, "rows.jsonl");
  const row = (i: number) => JSON.stringify({ prompt: `${i}>`, completion: `#${i}` });
  fs.writeFileSync(path, Array.from({ length: rows }, (_, i) => row(i)).join("\n"));
  return path;
}

describe("examples of a task", () => {
  it("are a function of the step, of the pretraining split alone", async () => {
    const [first, second] = [await stream({}), await stream({})];
    expect(second.at(7)).toEqual(first.at(7));
    expect(first.at(8)).not.toEqual(first.at(7));
    for (const { prompt } of first.at(7)) expect(splitOf(prompt)).toBe("pretrain");
  });
});

describe("examples of a file", () => {
  it("go through every row in each epoch, but for those that evaluation holds out", async () => {
    const path = file(200);
    const heldOut = await loadPromptPool({ file: path, promptColumn: "prompt" }, "test", undefined, 0);
    const left = 200 - heldOut.prompts.length;
    expect(heldOut.prompts.length).toBeGreaterThan(5);
    const examples = await stream({ prompts: { file: path }, batchSize: left });
    for (const epoch of [0, 1]) {
      const prompts = new Set(examples.at(epoch).map(({ prompt }) => prompt));
      expect(prompts.size).toBe(left);
      for (const { text } of heldOut.prompts) expect(prompts.has(text)).toBe(false);
    }
    expect(examples.at(1)).not.toEqual(examples.at(0));
    for (const { prompt, completion } of examples.at(0)) expect(`#${prompt}`).toBe(`${completion}>`);
  });

  it("whose column is missing: the error names the setting of it", async () => {
    const prompts = { file: file(20) };
    await expect(stream({ prompts, completionColumn: "completions" })).rejects.toMatchObject({
      code: "column-missing",
      remedy: expect.stringContaining('Did you mean "completion"? Set completionColumn to it.'),
    });
  });

  it("of none is an error", async () => {
    const empty = file(0);
    await expect(stream({ prompts: { file: empty } })).rejects.toMatchObject({
      code: "prompts-empty",
      where: empty,
    });
  });
});
