/** Fixtures: scripts/fixtures/tokenizer.py, what transformers makes of the folder that CharacterTokenizer saves. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { alphabetOf, CharacterTokenizer } from "../../../src/model/tokenizer/character-tokenizer.js";
import { HuggingFaceTokenizer } from "../../../src/model/tokenizer/hugging-face-tokenizer.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { readTokenizerFiles } from "../../../src/model/tokenizer/tokenizer-files.js";
import { folderOf } from "./kinds.js";

const fixtures = fileURLToPath(new URL("../../fixtures/tokenizer/", import.meta.url));

interface Fixture {
  alphabet: string;
  special: { eos: number; pad: number | null; vocabSize: number };
  cases: { text: string; ids: number[]; decoded: string }[];
}

const fixture = (name: string) =>
  JSON.parse(fs.readFileSync(join(fixtures, `${name}.json`), "utf8")) as Fixture;
const character = fixture("character");
const general = (name: string) => new HuggingFaceTokenizer(readTokenizerFiles(join(fixtures, name)));

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-test-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const put = (name: string, content: unknown) =>
  fs.writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
const names = ["tokenizer.json", "tokenizer_config.json"];
const filesIn = (path: string) => names.map((name) => fs.readFileSync(join(path, name), "utf8"));
const code = (expected: string) => expect.objectContaining({ code: expected });

describe("against transformers", () => {
  it.each([
    ["the character tokenizer", new CharacterTokenizer(character.alphabet), character],
    ["its saved folder, loaded", loadTokenizer(join(fixtures, "character")), character],
    ["its saved folder, through the general tokenizer", general("character"), character],
    ["a byte-level BPE", loadTokenizer(join(fixtures, "byte-level")), fixture("byte-level")],
  ])("%s: same ids, same text", (_, tokenizer, { special, cases }) => {
    expect(tokenizer.vocabSize).toBe(special.vocabSize);
    expect(tokenizer.eosTokens).toEqual([special.eos]);
    expect(tokenizer.padToken).toBe(special.pad ?? special.eos);
    for (const { text, ids, decoded } of cases) {
      expect(tokenizer.encode(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
    }
  });

  it("saves the folder that transformers loaded", () => {
    new CharacterTokenizer(character.alphabet).save(folder);
    expect(filesIn(folder)).toEqual(filesIn(join(fixtures, "character")));
  });
});

describe("CharacterTokenizer", () => {
  const tokenizer = new CharacterTokenizer("0123456789=#\n");

  it("gives back any text over its alphabet", () => {
    const text = fc.string({ unit: fc.constantFrom(...character.alphabet) });
    const ours = new CharacterTokenizer(character.alphabet);
    fc.assert(
      fc.property(text, (written) => {
        fc.pre(!/<pad>|<eos>/.test(written));
        expect(ours.decode(ours.encode(written))).toBe(written);
        expect(ours.encode(written)).toHaveLength(Array.from(written).length);
      }),
    );
  });

  it("numbers special tokens, then characters in order; special tokens have no text", () => {
    expect(tokenizer.encode("01=\n")).toEqual([2, 3, 12, 14]);
    expect(tokenizer.decode([0, 2, 1, 3, 1])).toBe("01");
  });

  it("refuses a character outside its alphabet, with its position", () => {
    expect(() => tokenizer.encode("12<eos>é")).toThrow(
      expect.objectContaining({
        code: "tokenizer-unknown-character",
        found: "é",
        where: expect.stringContaining("position 7"),
      }),
    );
  });

  it("has no text for ids beyond its own, which a model with padded rows may draw", () => {
    expect(tokenizer.decode([2, 15, 3, 4096])).toBe("01");
  });

  it.each(["aba", "a\ud800"])("refuses the alphabet %j", (alphabet) => {
    expect(() => new CharacterTokenizer(alphabet)).toThrow(code("tokenizer-invalid-alphabet"));
  });
});

describe("alphabetOf", () => {
  it("is the same whatever the order of the texts", () => {
    expect(alphabetOf("ba1", "😀a")).toBe("1ab😀");
    expect(alphabetOf("😀a", "ba1")).toBe("1ab😀");
    expect(alphabetOf()).toBe("");
  });
});

describe("loadTokenizer", () => {
  it("takes a folder of ours as the character tokenizer, and one with additions as a general one", () => {
    const ours = new CharacterTokenizer("ab");
    ours.save(folder);
    expect(loadTokenizer(folder)).toBeInstanceOf(CharacterTokenizer);
    put("tokenizer_config.json", { ...ours.configFile(), model_max_length: 128 });
    const loaded = loadTokenizer(folder);
    expect(loaded).toBeInstanceOf(HuggingFaceTokenizer);
    expect(loaded.encode("ab<eos>")).toEqual([2, 3, 1]);
  });

  it("refuses unknown characters in a general character tokenizer too", () => {
    const tokenizer = general("character");
    expect(() => tokenizer.encode("12é#x")).toThrow(
      expect.objectContaining({
        code: "tokenizer-unknown-character",
        found: "x",
        where: expect.stringContaining("position 4"),
      }),
    );
    expect(tokenizer.decode([2, 99])).toBe("0");
    expect(tokenizer.decode([99])).toBe("");
    expect(tokenizer.decode([])).toBe("");
  });

  it("refuses text that a vocabulary would replace by its unknown token", () => {
    const ours = new CharacterTokenizer("ab");
    const file = ours.tokenizerFile() as { model: { vocab: Record<string, number> } };
    file.model.vocab["<unk>"] = 4;
    put("tokenizer.json", file);
    put("tokenizer_config.json", { ...ours.configFile(), unk_token: "<unk>" });
    expect(loadTokenizer(folder).encode("ab")).toEqual([2, 3]);
    expect(() => loadTokenizer(folder).encode("abc")).toThrow(code("tokenizer-unknown-character"));
  });

  it("saves what it loaded, unchanged", () => {
    loadTokenizer(join(fixtures, "byte-level")).save(folder);
    expect(filesIn(folder)).toEqual(filesIn(join(fixtures, "byte-level")));
  });

  it("takes further ends of sequence from the generation config, which it saves too", () => {
    loadTokenizer(join(fixtures, "byte-level")).save(folder);
    put("config.json", { eos_token_id: 9 });
    expect(loadTokenizer(folder).eosTokens).toEqual([0, 9]);
    put("generation_config.json", { eos_token_id: [0, 5] });
    const tokenizer = loadTokenizer(folder);
    expect(tokenizer.eosTokens).toEqual([0, 5]);
    const copy = join(folder, "copy");
    fs.mkdirSync(copy);
    tokenizer.save(copy);
    expect(fs.readdirSync(copy).sort()).toEqual(["generation_config.json", ...names]);
  });

  it("saves every file that belongs to the tokenizer, byte for byte, and none of the model's", () => {
    fs.cpSync(folderOf("qwen2"), folder, { recursive: true });
    const bytes = Buffer.from([0, 255, 200, 10]);
    fs.writeFileSync(join(folder, "tokenizer.model"), bytes);
    for (const name of ["special_tokens_map.json", "added_tokens.json", "vocab.json", "chat_template.json"])
      put(name, {});
    put("merges.txt", "#version: 0.2\r\n");
    const own = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
    put("config.json", { eos_token_id: 0 });
    put("model.safetensors", "");
    const copy = fs.mkdtempSync(join(os.tmpdir(), "selftrain-test-"));
    try {
      loadTokenizer(folder).save(copy);
      expect(fs.readdirSync(copy, { recursive: true, encoding: "utf8" }).sort()).toEqual(own);
      expect(own).toContain(join("additional_chat_templates", "thinking.jinja"));
      for (const name of own.filter((path) => fs.statSync(join(copy, path)).isFile()))
        expect(fs.readFileSync(join(copy, name))).toEqual(fs.readFileSync(join(folder, name)));
    } finally {
      fs.rmSync(copy, { recursive: true });
    }
  });

  it("keeps what was added to a folder of ours, a chat template or further ends", () => {
    new CharacterTokenizer("ab").save(folder);
    put("chat_template.jinja", "{{ messages[0].content }}");
    expect(loadTokenizer(folder).chatTemplate).not.toBeNull();
  });

  it("refuses a tokenizer without an end of sequence", () => {
    fs.copyFileSync(join(fixtures, "byte-level", "tokenizer.json"), join(folder, "tokenizer.json"));
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({ code: "tokenizer-no-eos", where: folder }),
    );
  });

  it("says what is missing", () => {
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({ code: "file-missing", where: folder, expected: "tokenizer.json" }),
    );
    fs.writeFileSync(join(folder, "tokenizer.model"), "");
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({
        found: "tokenizer.model",
        remedy: expect.stringContaining("save_pretrained"),
      }),
    );
  });

  it.each([
    ["tokenizer.json", "{"],
    ["tokenizer.json", "{}"],
    ["tokenizer.json", '{"model":{"type":"Nonesuch"}}'],
    ["tokenizer.json", '{"model":{"type":"BPE","vocab":{},"merges":[]},"decoder":{"type":"Nonesuch"}}'],
    ["tokenizer_config.json", "[]"],
    ["tokenizer_config.json", '{"eos_token":3}'],
    ["generation_config.json", '{"eos_token_id":"x"}'],
    ["special_tokens_map.json", '{"eos_token":[]}'],
    ["chat_template.json", "{{ messages }}"],
  ])("refuses a damaged %s (%s)", (name, content) => {
    new CharacterTokenizer("ab").save(folder);
    put(name, content);
    expect(() => loadTokenizer(folder)).toThrow(
      expect.objectContaining({ code: "tokenizer-corrupt", where: join(folder, name) }),
    );
  });
});
