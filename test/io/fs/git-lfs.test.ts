/** Files that a clone without Git LFS has: every file of a model, and data of every format. */
import fs from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataFiles } from "../../../src/data/table/files.js";
import { readTable } from "../../../src/data/table/read.js";
import { refuseLfsPointer } from "../../../src/io/fs/git-lfs.js";
import { readAdapter } from "../../../src/model/adapter-files.js";
import { readModelConfig } from "../../../src/model/config-file.js";
import { readModel } from "../../../src/model/read-model.js";
import { CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { models } from "../../model/fixtures.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a7".repeat(32)}\nsize 988097824\n`;

const pointer = (name: string) => {
  const path = join(temporary.path, name);
  fs.mkdirSync(dirname(path), { recursive: true });
  fs.writeFileSync(path, POINTER);
  return path;
};
const refusal = (where: string) =>
  expect.objectContaining({
    code: "git-lfs-pointer",
    found: "a pointer to 988097824 bytes",
    where,
    remedy: expect.stringContaining("git lfs pull"),
  });

describe("a pointer in the place of", () => {
  it.each([
    ["config.json", "gqa-tied"],
    ["generation_config.json", "gqa-tied"],
    ["model.safetensors", "gqa-tied"],
    ["model-00002-of-00002.safetensors", "qwen2"],
    ["model.safetensors.index.json", "qwen2"],
  ])("%s of a model is named", (name, variant) => {
    fs.cpSync(join(models, variant), temporary.path, { recursive: true });
    const path = pointer(name);
    expect(() => readModel(temporary.path)).toThrow(refusal(path));
  });

  it.each(["adapter_config.json", "adapter_model.safetensors"])("%s of an adapter is named", (name) => {
    const config = readModelConfig(join(models, "gqa-tied"));
    fs.writeFileSync(
      join(temporary.path, "adapter_config.json"),
      JSON.stringify({ peft_type: "LORA", base_model_name_or_path: "m", r: 2, lora_alpha: 4 }),
    );
    const path = pointer(name);
    expect(() => readAdapter(temporary.path, config)).toThrow(refusal(path));
  });

  it.each(["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"])(
    "%s of a tokenizer is named",
    (name) => {
      new CharacterTokenizer("0123456789+=").save(temporary.path);
      const path = pointer(name);
      expect(() => loadTokenizer(temporary.path)).toThrow(refusal(path));
    },
  );

  it.each(["rows.jsonl", "rows.json", "rows.csv", "rows.tsv", "rows.parquet", "rows.jsonl.gz"])(
    "%s of data is named",
    async (name) => {
      const path = pointer(name);
      const read = async () => {
        for await (const _ of readTable(await dataFiles(path))) expect.unreachable();
      };
      await expect(read()).rejects.toThrow(refusal(path));
    },
  );
});

it("a text that speaks of pointers, a larger file and a missing one are none", () => {
  const path = join(temporary.path, "text");
  for (const text of ["", `# ${POINTER}`, POINTER + "x".repeat(1024)]) {
    fs.writeFileSync(path, text);
    expect(() => refuseLfsPointer(path)).not.toThrow();
  }
  expect(() => refuseLfsPointer(join(temporary.path, "none"))).not.toThrow();
});
