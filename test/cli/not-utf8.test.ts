/** A byte that is no character is an error with its file and line wherever a user's text is read, and never U+FFFD. */
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { adapterBase } from "../../src/model/adapter-files.js";
import { readShardMap } from "../../src/model/checkpoint-files.js";
import { readModelConfig } from "../../src/model/config-file.js";
import { loadTokenizer } from "../../src/model/tokenizer/load.js";
import { temporaryFolder } from "../run/temporary.js";
import { fakeIo } from "./fake-io.js";

const temporary = temporaryFolder();
const at = (name: string) => join(temporary.path, name);

function file(name: string, content: string | Uint8Array): string {
  fs.writeFileSync(at(name), content);
  return at(name);
}

/** Status and error of a command line; `input` comes on standard input, byte by byte. */
async function run(argv: readonly string[], input: Uint8Array = Buffer.alloc(0)) {
  async function* stdin() {
    for (const byte of input) yield Uint8Array.of(byte);
  }
  const io = fakeIo([...argv, "--json"]);
  const status = await runCli({ ...io, stdin: stdin() });
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

const errorOf = ({ stderr }: { stderr: string }) => (JSON.parse(stderr) as { error: object }).error;

const line = (byte: number, good = "") =>
  Buffer.concat([
    Buffer.from(`${good}{"id": "a", "gold": "1", "pred": "1", "answer": "`),
    Uint8Array.of(byte),
    Buffer.from('"}\n'),
  ]);

describe("bytes on standard input that are not UTF-8", () => {
  it.each([["vote"], ["equivalent"]])("are refused by %s, as those of a file are", async (command) => {
    const bytes = line(0xff, '{"id": "a", "gold": "1", "pred": "1", "answer": "1"}\n');
    const piped = await run([command, "-"], bytes);
    const named = await run([command, file("a.jsonl", bytes)]);
    for (const [{ status, ...rest }, name] of [
      [piped, "standard input"],
      [named, at("a.jsonl")],
    ] as const) {
      expect(status).toBe(1);
      expect(errorOf(rest)).toMatchObject({ code: "text-not-utf8", where: `${name}:2` });
    }
  });

  it("are refused as prompts to complete", async () => {
    expect(
      errorOf(await run(["generate", "--model", "x", "-"], Buffer.from("für\n1+1=\n", "latin1"))),
    ).toMatchObject({
      code: "text-not-utf8",
      where: "standard input:1",
    });
  });

  it("may begin with a byte order mark where they are", async () => {
    const { status, stdout } = await run(["vote", "-"], Buffer.from('\ufeff{"id": "é", "answer": "1"}\n'));
    expect({ status, id: (JSON.parse(stdout) as { id: string }).id }).toEqual({ status: 0, id: "é" });
  });

  it("have a remedy that fits where they are UTF-16", async () => {
    const piped = await run(["vote", "-"], Buffer.from('\ufeff{"id": "a", "answer": "1"}\r\n', "utf16le"));
    expect(errorOf(piped)).toMatchObject({
      code: "text-not-utf8",
      remedy: expect.stringContaining("UTF-16"),
    });
  });
});

describe("files that are not UTF-8", () => {
  it("are refused as configurations, with the line", async () => {
    const config = file(
      "latin1.yaml",
      Buffer.from("steps: 1\nprompts:\n  instruction: für dich\n", "latin1"),
    );
    expect(errorOf(await run(["train", "--config", config]))).toMatchObject({
      code: "text-not-utf8",
      where: `${config}:3`,
    });
  });

  it.each(["vote", "doctor"])("are refused by %s inside an array of JSON, with the line", async (command) => {
    const rows = '{"id": "a", "prompt": "1+1=", "answer": "1"},\n'.repeat(3000);
    const data = file("a.json", Buffer.concat([Buffer.from(`[${rows}`), line(0xfe), Buffer.from("]")]));
    const { stdout, stderr } = await run([command, data]);
    expect(stdout + stderr).toContain("text-not-utf8");
    expect(stdout + stderr).toContain(`${data}:3001`);
  });

  const model = new URL("../fixtures/models/qwen3", import.meta.url).pathname;
  const tokenizer = new URL("../fixtures/tokenizer/byte-level", import.meta.url).pathname;
  const adapter = new URL("../fixtures/lora", import.meta.url).pathname;
  it.each([
    ["config.json", model, (folder: string) => readModelConfig(folder)],
    ["tokenizer.json", tokenizer, (folder: string) => loadTokenizer(folder)],
    ["tokenizer_config.json", tokenizer, (folder: string) => loadTokenizer(folder)],
    ["adapter_config.json", adapter, (folder: string) => adapterBase(folder)],
    ["model.safetensors.index.json", null, (folder: string) => readShardMap(folder)],
  ])("are refused in a model's folder: %s", (name, from, read) => {
    if (from !== null) fs.cpSync(from, temporary.path, { recursive: true });
    const text = from === null ? '{\n"weight_map": {}' : fs.readFileSync(at(name), "utf8");
    const close = text.lastIndexOf("}");
    const bytes = Buffer.concat([
      Buffer.from(`${text.slice(0, close).trimEnd()}${from === null ? "" : ","}\n"x": "`),
      Uint8Array.of(0xfc),
      Buffer.from('"}'),
    ]);
    const where = `${file(name, bytes)}:${text.slice(0, close).trimEnd().split("\n").length + 1}`;
    expect(() => read(temporary.path)).toThrow(expect.objectContaining({ code: "text-not-utf8", where }));
  });
});
