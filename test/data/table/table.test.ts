/** Reading data files: what is read, and what is said of a fault, with its file and row. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dataFiles } from "../../../src/data/table/files.js";
import { readTable, scanTable } from "../../../src/data/table/read.js";
import { SelftrainError } from "../../../src/errors.js";
import { temporaryFolder } from "../../run/temporary.js";
import { writePacked, writeParquet } from "./write.js";

const folder = temporaryFolder();
const at = (name: string) => join(folder.path, name);

function file(name: string, content: string | Buffer): string {
  writeFileSync(at(name), content);
  return at(name);
}

/** Cells and places of all rows; of an error its code, and its place. */
async function scan(source: string, wanted?: string[]) {
  const found: unknown[] = [];
  for await (const row of scanTable(await dataFiles(source), wanted)) {
    const place = (row.where ?? "").replace(folder.path, "").replace(/^\//, "");
    found.push(row instanceof SelftrainError ? [place, row.code] : [place, row.number, row.cells]);
  }
  return found;
}

describe("CSV", () => {
  it("has quoted fields over several lines, doubled quotes, and rows named by the line they start in", async () => {
    const source = file("a.csv", 'prompt,answer\n"a\n""b"", c",1\n\nhe said "hi",\n"",x\n');
    expect(await scan(source)).toEqual([
      ["a.csv:2", 1, { prompt: 'a\n"b", c', answer: "1" }],
      ["a.csv:5", 2, { prompt: 'he said "hi"', answer: null }],
      ["a.csv:6", 3, { prompt: null, answer: "x" }],
    ]);
  });

  it("goes on after a record that cannot be read", async () => {
    const source = file("a.csv", 'prompt,answer\na\nb,1,2\n"c"d,3\ne,4\n');
    expect(await scan(source)).toEqual([
      ["a.csv:2", "csv-malformed"],
      ["a.csv:3", "csv-malformed"],
      ["a.csv:4", "csv-malformed"],
      ["a.csv:5", 4, { prompt: "e", answer: "4" }],
    ]);
  });

  it("says where a quote was opened that is never closed", async () => {
    const source = file("a.csv", 'prompt,answer\na,1\nb,"2\nc,3\nd,4\n');
    expect(await scan(source)).toEqual([
      ["a.csv:2", 1, { prompt: "a", answer: "1" }],
      ["a.csv:3", "csv-malformed"],
    ]);
    const rows = readTable(await dataFiles(source));
    await rows.next();
    await expect(rows.next()).rejects.toMatchObject({
      message: expect.stringContaining("the quote that opens field 2 is never closed"),
    });
  });

  it("does not take the rest of a large file for one field", async () => {
    const source = file("a.csv", `prompt\n"never closed\n${"line\n".repeat(4_000_000)}`);
    expect(await scan(source)).toEqual([["a.csv:2", "csv-malformed"]]);
  });

  it("has lines that end in one way or another, and keeps carriage returns within fields", async () => {
    const source = file("a.csv", '\r\nprompt,answer\r\na\rb,1\n\r\n"c\r\nd","\r"\r\n\ne,2');
    expect(await scan(source)).toEqual([
      ["a.csv:3", 1, { prompt: "a\rb", answer: "1" }],
      ["a.csv:5", 2, { prompt: "c\r\nd", answer: "\r" }],
      ["a.csv:8", 3, { prompt: "e", answer: "2" }],
    ]);
  });

  it("drops neither blanks beside quotes nor an empty field too many", async () => {
    const source = file("a.csv", 'prompt,answer\n "a", b \n"c" ,1\nd,2,\n  \n5" pipe,#\n');
    expect(await scan(source)).toEqual([
      ["a.csv:2", 1, { prompt: ' "a"', answer: " b " }],
      ["a.csv:3", "csv-malformed"],
      ["a.csv:4", "csv-malformed"],
      ["a.csv:6", 4, { prompt: '5" pipe', answer: "#" }],
    ]);
  });

  it("may be no more than a header, nothing at all, or a quote", async () => {
    expect(await scan(file("a.csv", "\uFEFFprompt\n\n"))).toEqual([]);
    expect(await scan(file("b.csv", ""))).toEqual([]);
    expect(await scan(file("c.csv", 'prompt\n"'))).toEqual([["c.csv:2", "csv-malformed"]]);
    expect(await scan(file("d.csv", '"prompt\na'))).toEqual([["d.csv:1", "csv-malformed"]]);
  });

  it("refuses a column that is there twice, and guesses no other delimiter", async () => {
    expect(await scan(file("a.csv", "prompt,x,prompt\na,b,c\n"))).toEqual([["a.csv:1", "csv-malformed"]]);
    expect(await scan(file("b.csv", "prompt;x\na;b\n"))).toEqual([["b.csv:2", 1, { "prompt;x": "a;b" }]]);
    expect(await scan(file("c.tsv", "prompt\tx\na,b\t\n"))).toEqual([
      ["c.tsv:2", 1, { prompt: "a,b", x: null }],
    ]);
  });
});

describe("JSON", () => {
  it("Lines go on after a line that is none, and name the line of every row", async () => {
    const source = file("a.jsonl", '{"a": 1}\n\n{"a": \n["a"]\n  \n{"a": null}');
    expect(await scan(source)).toEqual([
      ["a.jsonl:1", 1, { a: 1 }],
      ["a.jsonl:3", "jsonl-malformed"],
      ["a.jsonl:4", "jsonl-malformed"],
      ["a.jsonl:6", 4, { a: null }],
    ]);
  });

  it("Lines end in a line feed alone, and values keep their types row by row", async () => {
    const source = file(
      "a.jsonl",
      '\uFEFF{"a": "\u2028\\\\x00"}\r\n\r\n{"a":\r1e3}\n\uFEFF{"a": 1}\n{}\rx{}\n{"a": {"b": "1"}}\n',
    );
    expect(await scan(source)).toEqual([
      ["a.jsonl:1", 1, { a: "\u2028\\x00" }],
      ["a.jsonl:3", 2, { a: 1000 }],
      ["a.jsonl:4", "jsonl-malformed"],
      ["a.jsonl:5", "jsonl-malformed"],
      ["a.jsonl:6", 5, { a: { b: "1" } }],
    ]);
  });

  it("arrays name the row", async () => {
    expect(await scan(file("a.json", ' \n[{"a": [1,\n 2]}, 3, {"a": {"b": "]"}}]\n'))).toEqual([
      ["a.json:1", 1, { a: [1, 2] }],
      ["a.json:2", "jsonl-malformed"],
      ["a.json:3", 3, { a: { b: "]" } }],
    ]);
    expect(await scan(file("b.json", '[{"a": 1}, {"a": 2}, {"a": nul}]'))).toEqual([
      ["b.json:3", "json-malformed"],
    ]);
    expect(await scan(file("c.json", '[{"a": 1}, {"a": 2}'))).toMatchObject([["c.json:3", "json-malformed"]]);
    expect(await scan(file("d.json", '{"a": 1}\n{"a": 2}\n'))).toHaveLength(2);
    expect(await scan(file("e.json", "[]"))).toEqual([]);
  });
});

describe("Parquet", () => {
  it("has text, numbers, lists and objects; only wanted columns are read, and all are named", async () => {
    const source = at("a.parquet");
    await writeParquet(
      source,
      `SELECT 'q' || i AS "it's ""q""", i AS n, i / 2 AS half, [{'role': 'user', 'content': 'hi'}] AS messages FROM range(2) t(i)`,
    );
    const messages = [{ role: "user", content: "hi" }];
    expect(await scan(source)).toEqual([
      ["a.parquet:1", 1, { 'it\'s "q"': "q0", n: 0n, half: 0, messages }],
      ["a.parquet:2", 2, { 'it\'s "q"': "q1", n: 1n, half: 0.5, messages }],
    ]);
    expect(await scan(source, ['it\'s "q"', "x"])).toMatchObject([
      ["a.parquet:1", 1, { 'it\'s "q"': "q0" }],
      ["a.parquet:2", 2, {}],
    ]);
    for await (const { columns } of readTable(await dataFiles(source), []))
      expect(columns).toEqual(['it\'s "q"', "n", "half", "messages"]);
  });

  it("that is damaged is an error", async () => {
    await writeParquet(at("a.parquet"), "SELECT * FROM range(10)");
    const whole = readFileSync(at("a.parquet"));
    writeFileSync(at("a.parquet"), whole.subarray(0, whole.length - 20));
    expect(await scan(at("a.parquet"))).toEqual([["a.parquet", "parquet-malformed"]]);
  });
});

describe("packed files", () => {
  it("keep their line numbers, and say when they are cut off", async () => {
    writePacked(at("a.jsonl.gz"), '{"a": 1}\n\n{"a": }\n');
    expect(await scan(at("a.jsonl.gz"))).toEqual([
      ["a.jsonl.gz:1", 1, { a: 1 }],
      ["a.jsonl.gz:3", "jsonl-malformed"],
    ]);
    for (const [name, text] of [
      ["b.jsonl.gz", '{"a": 1}\n{"a": 2}\n'],
      ["b.csv.gz", "a\n1\n2\n"],
      ["b.json.gz", '[\n{"a": 1},\n{"a": 2}\n]\n'],
    ] as const) {
      writePacked(at(name), text);
      const whole = readFileSync(at(name));
      for (let length = 1; length < whole.length; length++)
        expect((await scan(file(name, whole.subarray(0, length)))).at(-1)).toEqual([name, "file-unreadable"]);
      const [checksum, size] = [whole.subarray(0, -8), whole.subarray(-4)];
      expect(
        (await scan(file(name, Buffer.concat([checksum, Buffer.from([1, 2, 3, 4]), size])))).at(-1),
      ).toEqual([name, "file-unreadable"]);
    }
  });
});

describe("text that is not UTF-8", () => {
  const latin = Buffer.from("x,caf\xe9\n", "latin1");

  it("is an error with its line, packed or not, and the lines before it are read", async () => {
    const whole = Buffer.concat([Buffer.from("prompt,answer\nna\u00efve,1\n"), latin, Buffer.from("a,b\n")]);
    expect(await scan(file("a.csv", whole))).toEqual([
      ["a.csv:2", 1, { prompt: "na\u00efve", answer: "1" }],
      ["a.csv:3", "text-not-utf8"],
    ]);
    writePacked(at("b.csv.gz"), whole);
    expect((await scan(at("b.csv.gz"))).at(-1)).toEqual(["b.csv.gz:3", "text-not-utf8"]);
    const far = Buffer.concat([Buffer.from(`prompt,answer\n${"\u00e9,1\n".repeat(40_000)}`), latin]);
    const read = await scan(file("c.csv", far));
    expect(read.length).toBe(40_001);
    expect(read.at(-1)).toEqual(["c.csv:40002", "text-not-utf8"]);
    expect(await scan(file("d.jsonl", Buffer.from('{"a": "\xff"}', "latin1")))).toEqual([
      ["d.jsonl:1", "text-not-utf8"],
    ]);
  });

  it("is no other error where the file is cut off as well", async () => {
    writePacked(at("a.jsonl.gz"), `{"a": "\ufffd"}\n${'{"a": 1}\n'.repeat(20)}`);
    const cut = readFileSync(at("a.jsonl.gz")).subarray(0, -9);
    expect((await scan(file("b.jsonl.gz", cut))).at(-1)).toEqual(["b.jsonl.gz", "file-unreadable"]);
  });

  it("is told from text that holds the character for what is none", async () => {
    expect(await scan(file("a.jsonl", '{"a": "\ufffd"}\n{"a": 1}'))).toEqual([
      ["a.jsonl:1", 1, { a: "\ufffd" }],
      ["a.jsonl:2", 2, { a: 1 }],
    ]);
  });
});

describe("several files", () => {
  const names = async (source: string) => (await dataFiles(source)).map(({ name }) => name);

  it("are a folder or a pattern, in order, and each row keeps its file", async () => {
    mkdirSync(at("set/more"), { recursive: true });
    for (const i of [2, 0, 1])
      await writeParquet(at(`set/train-${i}.parquet`), `SELECT ${i} AS a FROM range(2)`);
    await writeParquet(at("set/more/x.parquet"), "SELECT 9 AS a");
    file("set/README.md", "# A dataset");
    expect(await names(at("set"))).toEqual(["train-0.parquet", "train-1.parquet", "train-2.parquet"]);
    expect(await names(at("set/train-[12].parquet"))).toEqual(["train-1.parquet", "train-2.parquet"]);
    expect(await names(at("set/**/*.parquet"))).toHaveLength(4);
    expect(await names(at("set/**/*.parquet"))).toContain(join("more", "x.parquet"));
    expect(await scan(at("set/train-[12].parquet"))).toEqual([
      ["set/train-1.parquet:1", 1, { a: 1 }],
      ["set/train-1.parquet:2", 2, { a: 1 }],
      ["set/train-2.parquet:1", 1, { a: 2 }],
      ["set/train-2.parquet:2", 2, { a: 2 }],
    ]);
  });

  it("that look like patterns are themselves", async () => {
    await writeParquet(at("other.parquet"), "SELECT 'wrong' AS a");
    for (const name of ["a[b].parquet", "it's*.parquet", "o?her.parquet"]) {
      await writeParquet(at("tmp"), `SELECT '${name.replace("'", "''")}' AS a`);
      writeFileSync(at(name), readFileSync(at("tmp")));
      expect(await scan(at(name))).toEqual([[`${name}:1`, 1, { a: name }]]);
    }
  });

  it("must be there, of a known format, and of one", async () => {
    mkdirSync(at("empty"));
    for (const source of ["none.jsonl", "empty", "none-*.jsonl"])
      await expect(dataFiles(at(source))).rejects.toMatchObject({
        code: "file-unreadable",
        where: at(source),
      });
    await expect(dataFiles(file("a.txt", "a"))).rejects.toMatchObject({ code: "format-unknown" });
    file("empty/a.csv", "");
    file("empty/a.jsonl", "");
    await expect(dataFiles(at("empty"))).rejects.toMatchObject({
      code: "format-mixed",
      found: ["CSV", "JSON Lines"],
      remedy: expect.stringContaining(at("empty/*.csv")),
    });
  });
});
