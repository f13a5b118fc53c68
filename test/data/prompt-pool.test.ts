import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PromptSourceConfig, promptSourceSchema } from "../../src/config/train-config.js";
import { loadPromptPool } from "../../src/data/prompt-pool.js";
import { checkSamePrompt } from "../../src/data/same-prompt.js";
import { splitOf } from "../../src/data/split.js";
import { takeSubset } from "../../src/data/subset.js";
import { SelftrainError } from "../../src/errors.js";
import type { ChatMessage } from "../../src/group.js";

const source = (input: Partial<PromptSourceConfig>) => promptSourceSchema.parse(input);

describe("a pool of a task", () => {
  const gcd = source({ task: "gcd", levels: { 2: 2, 3: 1 } });

  it("holds distinct prompts of its split, in the mixture's proportions", async () => {
    const pool = await loadPromptPool(gcd, "train", 300, 1);
    expect(new Set(pool.prompts.map(({ text }) => text)).size).toBe(300);
    expect(new Set(pool.prompts.map(({ id }) => id)).size).toBe(300);
    for (const { text } of pool.prompts) expect(splitOf(text)).toBe("train");
    const easy = [...(pool.levels?.values() ?? [])].filter((level) => level === 2).length;
    expect(Math.abs(easy - 200)).toBeLessThanOrEqual(5);
    expect(pool.description).toContain(`300 gcd prompts (${easy} of level 2, ${300 - easy} of level 3)`);
  });

  it("keeps labels apart from the prompts", async () => {
    const pool = await loadPromptPool(gcd, "test", 50, 1);
    for (const prompt of pool.prompts) {
      expect(Object.keys(prompt).sort()).toEqual(["id", "text"]);
      const [a, b] = (prompt.text.match(/\d+/g) ?? []).map(Number) as [number, number];
      const label = Number(pool.labels.get(prompt.id));
      expect([a % label, b % label]).toEqual([0, 0]);
    }
    expect(pool.canonicalise("012")).toBe("12");
  });

  it("is a function of its arguments, and a smaller pool is its beginning", async () => {
    const [pool, again, smaller, other] = await Promise.all([
      loadPromptPool(gcd, "train", 60, 1),
      loadPromptPool(gcd, "train", 60, 1),
      loadPromptPool(gcd, "train", 20, 1),
      loadPromptPool(gcd, "train", 60, 2),
    ]);
    expect(again.prompts).toEqual(pool.prompts);
    expect(smaller.prompts).toEqual(pool.prompts.slice(0, 20));
    expect(other.prompts).not.toEqual(pool.prompts);
  });

  it("says how many prompts there were when they run out", async () => {
    await expect(loadPromptPool(source({ task: "gcd" }), "test", 1024, 0)).rejects.toMatchObject({
      code: "prompt-space-exhausted",
      where: "gcd level 2, test split",
      message: expect.stringMatching(/ran out of new prompts after \d+: of 10000 draws \d+ repeated one/),
    });
  });

  it("refuses unknown tasks and levels, no source, two sources, and a pool that is not split", async () => {
    await expect(loadPromptPool(source({ task: "gcf" }), "train", 1, 0)).rejects.toMatchObject({
      code: "task-unknown",
    });
    await expect(
      loadPromptPool(source({ task: "gcd", levels: { 9: 1 } }), "train", 1, 0),
    ).rejects.toMatchObject({ code: "task-level-unknown" });
    await expect(loadPromptPool(source({}), "train", 1, 0)).rejects.toMatchObject({ code: "prompts-source" });
    await expect(
      loadPromptPool(source({ task: "gcd", file: "x.jsonl" }), "train", 1, 0),
    ).rejects.toMatchObject({ code: "prompts-source" });
    await expect(loadPromptPool(gcd, "whole", 1, 0)).rejects.toMatchObject({ code: "split-missing" });
  });
});

describe("a pool of a file", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "prompt-pool-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  let files = 0;
  const fileOf = (text: string) => {
    const file = join(folder, `${files++}.jsonl`);
    writeFileSync(file, text);
    return file;
  };
  const load = (
    text: string,
    columns: Partial<PromptSourceConfig> = {},
    split: "whole" | "train" | "test" = "whole",
  ) => loadPromptPool(source({ file: fileOf(text), ...columns }), split, undefined, 0);

  it("reads prompts and answers, with a byte order mark, blank lines, carriage returns and U+2028", async () => {
    const text =
      '\uFEFF{"prompt": "one?", "answer": " 01 "}\r\n\r\n{"prompt": "two\u2028?", "answer": 2.50}\n{"prompt": "one?", "answer": null}';
    const pool = await load(text, { answerColumn: "answer" });
    expect(pool.prompts).toEqual([
      { id: "row-1", text: "one?" },
      { id: "row-2", text: "two\u2028?" },
      { id: "row-3", text: "one?" },
    ]);
    expect([...pool.labels]).toEqual([
      ["row-1", "1"],
      ["row-2", "5/2"],
    ]);
    expect(pool.levels).toBeUndefined();
  });

  it("reads other columns, and no labels unless asked", async () => {
    const pool = await load('{"question": "q", "answer": "1"}\n', { promptColumn: "question" });
    expect(pool.prompts[0]?.text).toBe("q");
    expect(pool.labels.size).toBe(0);
  });

  it("reads lines longer than a block of the file", async () => {
    const long = "x".repeat(200_000);
    const pool = await load(`{"prompt": "${long}"}\n{"prompt": "é"}\n`);
    expect(pool.prompts.map(({ text }) => text)).toEqual([long, "é"]);
  });

  it("holds out a tenth and trains on the rest", async () => {
    const text = Array.from({ length: 1000 }, (_, i) => JSON.stringify({ prompt: `question ${i}` })).join(
      "\n",
    );
    const file = fileOf(text);
    const [train, test, whole] = await Promise.all(
      (["train", "test", "whole"] as const).map((split) =>
        loadPromptPool(source({ file }), split, undefined, 0),
      ),
    );
    const texts = (pool: typeof train) => (pool?.prompts ?? []).map((prompt) => prompt.text);
    expect([...texts(train), ...texts(test)].sort()).toEqual(texts(whole).sort());
    expect(Math.abs(texts(test).length - 100)).toBeLessThan(30);
    const some = await loadPromptPool(source({ file }), "train", 50, 0);
    expect(some.prompts).toHaveLength(50);
    expect(new Set(some.prompts.map(({ id }) => id)).size).toBe(50);
    expect(some.prompts).not.toEqual(train?.prompts.slice(0, 50));
  });

  it.each([
    ["a line that is not JSON", '{"prompt": "a"}\n{"prompt": \n', {}, "jsonl-malformed", /:2$/],
    ["a line that is no object", '["a"]\n', {}, "jsonl-malformed", /:1$/],
    ["an empty prompt", '{"prompt": "a"}\n\n{"prompt": " "}\n', {}, "column-not-text", /:3$/],
    ["a prompt that is a number", '{"prompt": 3}\n', {}, "column-not-text", /:1$/],
    ["a missing column", '{"prompt": "a"}\n{"promt": "b"}\n', {}, "column-missing", /:2$/],
    ["a blank answer", '{"prompt": "a", "y": " "}\n', { answerColumn: "y" }, "answer-malformed", /:1$/],
    [
      "an answer that is a list",
      '{"prompt": "a", "y": [1]}\n',
      { answerColumn: "y" },
      "answer-malformed",
      /:1$/,
    ],
    ["an empty file", "", {}, "prompts-empty", /\.jsonl$/],
  ])("refuses %s", async (_, text, columns, code, where) => {
    await expect(load(text, columns)).rejects.toMatchObject({ code, where: expect.stringMatching(where) });
  });

  it("names the columns present and the nearest one", async () => {
    await expect(load('{"prompts": "a", "level": 1}\n')).rejects.toMatchObject({
      found: ["prompts", "level"],
      remedy: 'Did you mean "prompts"? Set promptColumn to it. The row\'s columns are prompts, level.',
    });
  });

  it("suggests the one column that usually holds prompts, where nothing is spelt alike", async () => {
    await expect(load('{"question": "a", "level": 1}\n')).rejects.toMatchObject({
      remedy: 'Did you mean "question"? Set promptColumn to it. The row\'s columns are question, level.',
    });
    await expect(load('{"question": "a", "problem": 1}\n')).rejects.toMatchObject({
      remedy: "Set promptColumn to the column that is meant. The row's columns are question, problem.",
    });
    await expect(load('{"prompt": "a", "label": 1}\n', { answerColumn: "answer" })).rejects.toMatchObject({
      remedy:
        "Set answerColumn to the column that is meant, or write null where a row has none. The row's columns are prompt, label.",
    });
  });

  it("takes the answer that a whole solution marks", async () => {
    const answers = ["6 * 7 is 42.\n#### 42.0", "so \\boxed{\\frac{1}{2}}", "C#", "it is 7", 5, true];
    const rows = answers.map((answer, i) => JSON.stringify({ prompt: `p${i}`, answer })).join("\n");
    const pool = await load(rows, { answerColumn: "answer" });
    const meant = ["42", "1/2", "C#", "it is 7", "5", "true"];
    expect([...pool.labels.values()]).toEqual(meant.map((answer) => pool.canonicalise(answer)));
    await expect(
      load('{"prompt": "a", "answer": "6 ####"}', { answerColumn: "answer" }),
    ).rejects.toMatchObject({
      code: "answer-malformed",
      where: expect.stringMatching(/:1$/),
    });
  });

  it("refuses a file that is missing", async () => {
    const file = join(folder, "missing.jsonl");
    await expect(loadPromptPool(source({ file }), "train", undefined, 0)).rejects.toMatchObject({
      code: "file-unreadable",
      where: file,
    });
  });

  it("says how to train where nothing is left to hold out", async () => {
    await expect(load('{"prompt": "one?"}\n', {}, "test")).rejects.toMatchObject({
      code: "prompts-empty",
      remedy: expect.stringContaining("evaluation.size 0"),
    });
  });

  it("draws every subset of a size with the same probability", async () => {
    const rows = Array.from({ length: 5 }, (_, i) => JSON.stringify({ prompt: `${i}` })).join("\n");
    const file = fileOf(rows);
    const draws = 400;
    const counts = new Map<string, number>();
    for (let seed = 0; seed < draws; seed++) {
      const { prompts } = await loadPromptPool(source({ file }), "whole", 2, seed);
      const drawn = prompts.map(({ text }) => text).join();
      expect(drawn).toBe([...drawn.split(",")].sort().join());
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - draws / 10) ** 2 / (draws / 10), 0);
    // The 99.9% quantile with nine degrees of freedom.
    expect(chiSquare).toBeLessThan(27.9);
  });
});

describe("a prompt that a file was made of", () => {
  const user = (content: string): ChatMessage => ({ role: "user", content });
  const system: ChatMessage = { role: "system", content: "Be brief." };
  const answered: ChatMessage[] = [user("7+4?"), { role: "assistant", content: "11" }];
  const asked = (text: string, messages?: readonly ChatMessage[]) => ({
    id: "row-2",
    text,
    ...(messages === undefined ? {} : { messages }),
  });

  it.each([
    ["the same text", asked("2+2"), asked("2+2"), true],
    ["another text", asked("2+2"), asked("2+3"), false],
    ["a text that goes on in its line", asked("2+2"), asked("2+22"), false],
    ["an instruction after one", asked("2+2\nThink."), asked("2+2"), true],
    ["an instruction after the other", asked("2+2"), asked("2+2\nThink."), true],
    ["a text, and the same as a conversation", asked("2+2"), asked("2+2", [system, user("2+2")]), true],
    ["another system message", asked("2+2", [user("2+2")]), asked("2+2", [system, user("2+2")]), true],
    ["another beginning", asked("So?", [...answered, user("So?")]), asked("So?", [user("So?")]), false],
  ])("%s", (_, kept, now, same) => {
    const check = () => checkSamePrompt(kept, now, "labels");
    if (same) expect(check).not.toThrow();
    else
      expect(check).toThrow(
        expect.objectContaining({ code: "prompt-changed", where: "labels, prompt row-2" }),
      );
  });

  it("is not taken for the one that has its row now", async () => {
    const folder = mkdtempSync(join(tmpdir(), "selftrain-subset-"));
    try {
      const file = (name: string, rows: readonly object[]) => {
        writeFileSync(join(folder, name), rows.map((row) => JSON.stringify(row)).join("\n"));
        return join(folder, name);
      };
      const rows = ["1+1", "2+2", "3+3"].map((prompt) => ({ prompt }));
      const pool = await loadPromptPool(source({ file: file("pool.jsonl", rows) }), "whole", undefined, 0);
      const taken = (name: string, ...lines: object[]) => takeSubset(pool, file(name, lines));
      for (const line of [{ promptId: "row-2", prompt: "2+2" }, { promptId: "row-2" }])
        expect((await taken("same.jsonl", line)).prompts.map(({ text }) => text)).toEqual(["2+2"]);
      const moved = taken(
        "moved.jsonl",
        { promptId: "row-1", prompt: "1+1" },
        { promptId: "row-2", prompt: "3+3" },
      );
      await expect(moved).rejects.toThrow(SelftrainError);
      await expect(moved).rejects.toMatchObject({
        code: "prompt-changed",
        found: "3+3",
        expected: "2+2",
        where: `${join(folder, "moved.jsonl")}:2, prompt row-2`,
      });
      // No setting names another column of ids.
      await expect(taken("ids.jsonl", { prompt_id: "row-2" })).rejects.toMatchObject({
        code: "column-missing",
        remedy: 'Did you mean "prompt_id"? Rename it to "promptId". The row\'s columns are prompt_id.',
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
