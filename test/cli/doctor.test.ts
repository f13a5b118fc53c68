import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { fakeIo } from "./fake-io.js";

const folder = mkdtempSync(join(tmpdir(), "selftrain-"));

async function doctor(text: string, ...argv: string[]) {
  const file = join(folder, "data.csv");
  writeFileSync(file, text);
  const io = fakeIo(["doctor", file, ...argv]);
  const status = await runCli(io);
  return {
    status,
    stdout: io.stdout.text.replaceAll(folder, "…").replaceAll(relative(".", folder), "…"),
    stderr: io.stderr.text,
  };
}

const rows = (count: number) =>
  Array.from({ length: count }, (_, i) => `What is ${i} + ${i}?,${2 * i}\n`).join("");

describe("selftrain doctor", () => {
  it("ends with 1 where a run would fail, naming file and row", async () => {
    const text = `question,answer\n${rows(60)},7\n"What is 3 + 3?",6\n`;
    const { status, stdout } = await doctor(text, "--prompt-column", "question", "--answer-column", "answer");
    expect(status).toBe(1);
    expect(stdout).toMatchSnapshot();
  });

  it("ends with 0 where it would not, and prints JSON on request", async () => {
    const { status, stdout } = await doctor(`prompt,answer\n${rows(60)}`, "--json", "--evaluation.size", "1");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ rows: 60, findings: [], fit: true });
  });

  it("refuses data that is not there", async () => {
    const io = fakeIo(["doctor", join(folder, "none.csv")]);
    expect(await runCli(io)).toBe(1);
    expect(io.stderr.text).toContain("error[file-unreadable]: There is no file");
  });

  it.each([
    [[], "config-missing-key", "--device gpu"],
    [["--full"], "config-conflict", "add --device gpu"],
    [["prompts.jsonl", "--device", "gpu"], "config-conflict", "leave one of them out"],
    [["--device", "gpu", "--model", "runs/base"], "config-conflict", "leave one of them out"],
    [["--device", "cpu"], "config-invalid-value", "gpu"],
  ])("takes a dataset or a device: %j", async (argv, code, remedy) => {
    const io = fakeIo(["doctor", ...argv]);
    expect(await runCli(io)).not.toBe(0);
    expect(io.stderr.text).toContain(`error[${code}]`);
    expect(io.stderr.text).toContain(remedy);
  });
});
