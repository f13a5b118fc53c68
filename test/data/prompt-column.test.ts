/** Prompts that are conversations. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadFilePool } from "../../src/data/file-pool.js";
import { temporaryFolder } from "../run/temporary.js";
import { csv, writeParquet } from "./table/write.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);
const load = (source: string) =>
  loadFilePool(source, { promptColumn: "messages", answerColumn: undefined }, "whole", undefined, 0);

function jsonl(...messages: unknown[]): string {
  writeFileSync(at("a.jsonl"), messages.map((list) => JSON.stringify({ messages: list })).join("\n"));
  return at("a.jsonl");
}

const system = { role: "system", content: "Be brief." };
const user = (content: string) => ({ role: "user", content });
const assistant = { role: "assistant", content: "Fine." };

describe("conversations", () => {
  it("are messages; the text is what the user says last, and a last answer is left out", async () => {
    const conversations = [
      [user("2+2?")],
      [system, user("Hi"), assistant, user("How are you?")],
      [system, user("Hi"), assistant],
    ];
    const wanted = [
      { id: "row-1", text: "2+2?", messages: [user("2+2?")] },
      { id: "row-2", text: "How are you?", messages: [system, user("Hi"), assistant, user("How are you?")] },
      { id: "row-3", text: "Hi", messages: [system, user("Hi")] },
    ];
    expect((await load(jsonl(...conversations))).prompts).toEqual(wanted);
    expect((await load(jsonl(...conversations.map((c) => JSON.stringify(c))))).prompts).toEqual(wanted);
    writeFileSync(at("a.csv"), csv(conversations.map((c) => ({ messages: JSON.stringify(c) }))));
    expect((await load(at("a.csv"))).prompts).toEqual(wanted);
    await writeParquet(at("a.parquet"), `FROM read_json('${jsonl(...conversations)}')`);
    expect((await load(at("a.parquet"))).prompts).toEqual(wanted);
  });

  it("are told from texts that look like lists", async () => {
    for (const text of ["[1, 2] sorted?", '[{"a": 1}] has how many keys?', '[{"a": 1}]', "[]"])
      expect((await load(jsonl(text))).prompts).toEqual([{ id: "row-1", text }]);
  });

  it.each([
    ["no messages", []],
    ["an answer alone", [assistant]],
    ["a user who says nothing", [user("  ")]],
    ["no role", [{ content: "a" }]],
    ["content that is not text", [{ role: "user", content: ["a"] }]],
    ["other names", [{ from: "human", value: "a" }]],
    ["a Python list", "[{'role': 'user', 'content': 'a'}]"],
  ])("with %s are refused", async (_, messages) => {
    await expect(load(jsonl([user("a")], messages))).rejects.toMatchObject({
      code: "messages-malformed",
      where: `${at("a.jsonl")}:2`,
    });
  });

  it("of ShareGPT are refused with what its names are here", async () => {
    await expect(load(jsonl([{ from: "human", value: "a" }]))).rejects.toMatchObject({
      remedy: expect.stringContaining("role for from"),
    });
  });
});
