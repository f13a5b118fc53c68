/** Where templates come from and what they know; their texts are held to Python's in kinds.test.ts. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ChatTemplate } from "../../../src/model/tokenizer/chat-template.js";
import { loadTokenizer } from "../../../src/model/tokenizer/load.js";
import { strftime } from "../../../src/model/tokenizer/strftime.js";
import { folderOf } from "./kinds.js";

const hello = [{ role: "user", content: "hello" }];
const render = (source: string, variables = {}, messages = hello) =>
  new ChatTemplate(source, variables, "chat_template.jinja").render(messages, { addGenerationPrompt: true });

describe("ChatTemplate", () => {
  it("knows special tokens, the generation prompt, and that there are no tools", () => {
    const source = "{{ bos_token }}{{ add_generation_prompt and tools is none and documents is none }}";
    expect(render(source, { bos_token: "<s>" })).toBe("<s>true");
    expect(render("{{ 'undefined' if bos_token is not defined }}")).toBe("undefined");
  });

  it("takes a day for today that is not the clock's, in English", () => {
    const source = "{{ strftime_now('%d %b %Y') }}";
    expect(render(source)).toBe("26 Jul 2024");
    const date = "2025-12-01";
    expect(new ChatTemplate(source, {}, "").render(hello, { addGenerationPrompt: false, date })).toBe(
      "01 Dec 2025",
    );
    expect(strftime("2024-07-05", "%A %a %-d %B %y %F %H:%M %% %Q")).toBe(
      "Friday Fri 5 July 24 2024-07-05 00:00 % %Q",
    );
  });

  it("counts as Python does", () => {
    expect(
      render(
        "{{ range(3) | list | tojson }}{{ range(5, 1, -2) | list | tojson }}{{ range(2, 2) | list | tojson }}",
      ),
    ).toBe("[0, 1, 2][5, 3][]");
  });

  it("refuses in the template's own words", () => {
    expect(() => render("{{ raise_exception('no ' + messages[0].role) }}")).toThrow(
      expect.objectContaining({
        code: "chat-template",
        message: expect.stringContaining("no user"),
        found: "messages of user",
        where: "chat_template.jinja",
      }),
    );
  });

  it.each(["{% if %}", "{{ messages[0].content | nonesuch }}", "{% nonesuch %}"])(
    "refuses %j when it is used",
    (source) => {
      const template = new ChatTemplate(source, {}, "chat_template.jinja");
      expect(() => template.render(hello, { addGenerationPrompt: true })).toThrow(
        expect.objectContaining({ code: "chat-template", where: "chat_template.jinja" }),
      );
    },
  );

  it("prints a bare truth value as JSON has it, where Python prints True: a known gap of @huggingface/jinja", () => {
    expect(render("{{ true }}")).toBe("true");
  });
});

describe("the template of a folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-test-"));
    for (const name of ["tokenizer.json", "tokenizer_config.json"])
      fs.copyFileSync(join(folderOf("o200k"), name), join(folder, name));
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const put = (name: string, content: unknown) =>
    fs.writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  const configure = (changes: object) => {
    const config = JSON.parse(fs.readFileSync(join(folder, "tokenizer_config.json"), "utf8"));
    put("tokenizer_config.json", { ...config, ...changes });
  };
  const text = () => loadTokenizer(folder).chatTemplate?.render(hello, { addGenerationPrompt: false });

  it("is none where no file has one", () => {
    expect(loadTokenizer(folder).chatTemplate).toBeNull();
  });

  it("is that of its own file, before the config's, before the old file's", () => {
    put("chat_template.json", { chat_template: "old" });
    expect(text()).toBe("old");
    configure({ chat_template: "config" });
    expect(text()).toBe("config");
    put("chat_template.jinja", "own\n");
    expect(text()).toBe("own");
  });

  it("is the one named default of several", () => {
    const named = (name: string) => ({ name, template: name });
    configure({ chat_template: [named("tool_use"), named("default")] });
    expect(text()).toBe("default");
    configure({ chat_template: [named("tool_use")] });
    expect(loadTokenizer(folder).chatTemplate).toBeNull();
  });

  it("has special tokens by name, those of the older map too, and objects as their text", () => {
    put("chat_template.jinja", "{{ bos_token }}{{ image_token }}{{ sep_token }}");
    configure({ bos_token: { content: "<|b|>" }, image_token: "<|img|>", sep_token: null });
    expect(text()).toBe("<|b|><|img|>");
    put("special_tokens_map.json", { bos_token: "<|older|>" });
    expect(text()).toBe("<|older|><|img|>");
    configure({ added_tokens_decoder: {} });
    expect(text()).toBe("<|b|><|img|>");
  });

  it("says which token ends a turn, where it can be rendered and has one", () => {
    const ends = () => loadTokenizer(folder).eosTokens.map((id) => id - loadTokenizer(folder).eosTokens[0]!);
    const turn = (end: string) => `{% for m in messages %}{{ m.role }}: {{ m.content }}${end}{% endfor %}`;
    expect(ends()).toEqual([0]);
    put("chat_template.jinja", turn(" <|im_sep|>\\n"));
    expect(ends()).toEqual([0, -1]);
    for (const source of [
      turn("\\n"),
      turn(" end<|im_sep|>"),
      "{{ raise_exception('never') }}",
      "{% broken",
    ]) {
      put("chat_template.jinja", source);
      expect(ends()).toEqual([0]);
    }
  });
});
