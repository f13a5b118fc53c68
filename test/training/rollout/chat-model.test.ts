/** A model with a real kind of tokenizer, from prompts to rollouts: chat template, padded vocabulary, several ends. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { OnnxEngine } from "../../../dist/engine/onnx/onnx-engine.js";
import { generateFromModel } from "../../../dist/training/evaluate/generate.js";
import { engineSchema } from "../../../src/config/engine-config.js";
import { generateConfigSchema } from "../../../src/config/generate-config.js";
import { llamaConfig } from "../../../src/model/config-file.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { checkVocabulary } from "../../../src/training/rollout/fit.js";
import { formatPrompts } from "../../../src/training/rollout/format-prompts.js";
import { sampleGroups } from "../../../src/training/rollout/sample-groups.js";
import { MHA, temporaryModel } from "../../engine/tiny-model.js";
import { CONVERSATIONS, folderOf, kindOf } from "../../model/tokenizer/kinds.js";

const tokenizerFolder = folderOf("qwen2");
const kind = kindOf("qwen2");
const rows = kind.size + 300;
// The model's file names one end of a sequence, as those of base models do; the tokenizer's files know two.
const config = llamaConfig({ ...MHA, vocabSize: rows, contextLength: 256, eosTokens: [kind.eos] });

function modelFolder(): string {
  const folder = temporaryModel(config, 0, 1);
  cpSync(tokenizerFolder, folder, { recursive: true });
  return folder;
}

describe("a chat model", () => {
  it("is asked through its template, stops at every end, and may draw ids that stand for nothing", async () => {
    const folder = modelFolder();
    const tokenizer = loadTokenizer(folder);
    const engine = await OnnxEngine.create({ model: { folder }, ...engineSchema.parse({ threads: 1 }) });
    onTestFinished(() => engine.close());
    checkVocabulary(engine.capabilities, tokenizer, folder);
    const prompts = formatPrompts([{ id: "0", text: CONVERSATIONS[0]![0]!.content }], {}, tokenizer);
    const [group] = await sampleGroups(await engine.refreshSampler(), tokenizer, prompts, {
      samples: 1500,
      maxTokens: 8,
      temperature: 1,
      stream: [0],
      canonicalise: (answer) => answer,
    });
    expect(group!.promptTokens).toEqual((kind.chats![1] as [string, number[]])[1]);
    const stops = new Set<number>();
    for (const { tokens, text, finish } of group!.rollouts) {
      const at = tokens.findIndex((token) => tokenizer.eosTokens.includes(token));
      expect(at).toBe(finish === "stop" ? tokens.length - 1 : -1);
      if (finish === "stop") stops.add(tokens.at(-1)!);
      expect(text).toBe(tokenizer.decode(tokens.filter((token) => token < kind.size)));
    }
    expect(stops).toEqual(new Set(tokenizer.eosTokens));
    expect(group!.rollouts.some(({ tokens }) => tokens.some((token) => token >= kind.size))).toBe(true);
  });

  it("generates from texts as from conversations, or completes them where it is told to", async () => {
    const model = modelFolder();
    const generate = (changes: object) =>
      generateFromModel(
        generateConfigSchema.parse({
          model,
          prompts: ["2+2?"],
          temperature: 0,
          maxNewTokens: 6,
          engine: { threads: 1 },
          ...changes,
        }),
      );
    const asked = await generate({});
    expect(await generate({ chat: "always" })).toEqual(asked);
    expect(asked[0]!.prompt).toBe("2+2?");
    const completed = await generate({ chat: "never" });
    expect(await generate({ chat: "never", prompts: ["2+2?", "2+2?"] })).toEqual([
      completed[0],
      completed[0],
    ]);
    expect(completed).not.toEqual(asked);
    await expect(generate({ chat: "never", system: "Be brief." })).rejects.toMatchObject({
      code: "prompt-system",
    });
  });

  it("is refused with a tokenizer of another vocabulary", async () => {
    const folder = modelFolder();
    cpSync(join(folderOf("gemma"), "tokenizer.json"), join(folder, "tokenizer.json"));
    const config = generateConfigSchema.parse({ model: folder, prompts: ["2+2?"], engine: { threads: 1 } });
    await expect(generateFromModel(config)).rejects.toMatchObject({
      code: "vocabulary-mismatch",
      where: folder,
    });
  });
});
