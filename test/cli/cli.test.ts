import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { fakeIo } from "./fake-io.js";

async function cli(...argv: string[]) {
  const io = fakeIo(argv);
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}

describe("help", () => {
  it.each(["", "demo", "tasks", "tasks list", "tasks sample", "tasks generate", "pretrain", "train", "eval"])(
    "selftrain %s --help",
    async (command) => {
      const { status, stdout } = await cli(...command.split(" ").filter(Boolean), "--help");
      expect(status).toBe(0);
      expect(stdout).toMatchSnapshot();
    },
  );

  it.each([
    "doctor",
    "generate",
    "export",
    "finetune",
    "label",
    "select",
    "reward-model",
    "reward-model train",
    "reward-model eval",
    "report",
    "replay",
    "runs",
  ])("selftrain %s --help", async (command) => {
    expect((await cli(...command.split(" "), "--help")).stdout).toMatchSnapshot();
  });

  const LONG = ["train", "pretrain", "finetune", "label", "eval", "reward-model train"];

  it.each(LONG)("selftrain %s --help all", async (command) => {
    const words = command.split(" ");
    const { stdout, status } = await cli(...words, "--help", "all");
    expect(status).toBe(0);
    expect(stdout).toMatchSnapshot();
    const first = (await cli(...words, "--help")).stdout;
    const optionsIn = (text: string) =>
      [...text.matchAll(/^ {2}(?:-\w, )?(--\S+)/gm)].map(([, name]) => name!);
    const all = optionsIn(stdout);
    // Each once: a group whose options another has is one line.
    expect(new Set(all).size).toBe(all.length);
    expect(all).toEqual(expect.arrayContaining(optionsIn(first)));
    expect(optionsIn(first).length).toBeLessThan(all.length);
    expect(optionsIn(first).length).toBeLessThanOrEqual(21);
    expect(first).toContain("--help all");
  });

  it("gives a command's most used options by keys that it has", async () => {
    const first = async (command: string) => (await cli(...command.split(" "), "--help")).stdout;
    expect(await first("train")).toMatch(/--task[\s\S]*--learning-rate/);
    expect(await first("reward-model train")).toContain("--from");
    expect((await cli("help", "train", "all")).stdout).toBe((await cli("train", "--help", "all")).stdout);
  });

  it("shows a boolean that is on by the flag that turns it off, and says so", async () => {
    const { stdout } = await cli("reward-model", "train", "--help", "all");
    expect(stdout).toMatch(/--no-true-answers +Do not: Measure against true answers too/);
    expect(stdout).not.toMatch(/--no-[\s\S]{0,200}default: true/);
  });

  it("is what the bare program and a bare group print", async () => {
    expect((await cli()).stdout).toBe((await cli("--help")).stdout);
    expect((await cli("tasks")).stdout).toBe((await cli("tasks", "--help")).stdout);
    expect((await cli("help", "train")).stdout).toBe((await cli("train", "--help")).stdout);
  });
});

describe("version", () => {
  it("is the package's", async () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(await cli("--version")).toEqual({ status: 0, stdout: `${version}\n`, stderr: "" });
  });
});

describe("mistakes on the command line", () => {
  it.each([
    [["trian"], 'error[cli-unknown-command]: unknown command "trian"', 'did you mean "train"?'],
    [["tasks", "lits"], 'error[cli-unknown-command]: unknown command "lits"', 'did you mean "list"?'],
    [["--verson"], "error[cli-unknown-flag]: unknown flag --verson", "did you mean --version?"],
    [["train", "--steps"], "error[cli-missing-value]", "give the flag a value"],
    [
      ["tasks", "list", "gcd"],
      'error[cli-unexpected-argument]: unexpected argument "gcd"',
      "selftrain tasks list --help",
    ],
    [["tasks", "sample"], "error[config-missing-key]: no task given", "give <task>"],
    [["tasks", "sample", "gdc"], "error[task-unknown]", '"gcd"'],
    [
      ["pretrain", "--model", "m", "--layers", "2"],
      "error[cli-conflict]: --model and --model.layers exclude",
      "keep one",
    ],
    [["train", "--resume", "nowhere", "--output", "o"], "error[run-missing]", "selftrain runs"],
    [
      ["train", "--config", "nowhere.yaml"],
      "error[config-file]: cannot read the config file nowhere.yaml",
      "recipes/",
    ],
  ])("selftrain %s", async (argv, message, remedy) => {
    const { stdout, stderr } = await cli(...argv);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain(remedy);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it("is JSON on stderr with --json", async () => {
    const { status, stdout, stderr } = await cli("train", "--steps", "three", "--stpes", "--json");
    expect(status).toBe(2);
    expect(stdout).toBe("");
    const { error } = JSON.parse(stderr) as { error: { problems: { code: string }[] } };
    expect(error.problems.map(({ code }) => code)).toEqual([
      "cli-unknown-flag",
      "config-missing-key",
      "config-missing-key",
      "config-missing-key",
      "config-invalid-value",
    ]);
  });
});

describe("tasks", () => {
  it("lists tasks with their levels", async () => {
    const { stdout } = await cli("tasks", "list", "--json");
    const tasks = JSON.parse(stdout) as { name: string; levels: unknown[] }[];
    expect(tasks.find(({ name }) => name === "gcd")?.levels.length).toBeGreaterThan(1);
    expect((await cli("tasks", "list")).stdout).toContain("gcd");
  });

  it("samples problems with solutions that end in their answer", async () => {
    const { stdout } = await cli("tasks", "sample", "gcd", "--count", "3", "--json");
    const rows = JSON.parse(stdout) as { completion: string; answer: string }[];
    expect(rows).toHaveLength(3);
    for (const { completion, answer } of rows) expect(completion.endsWith(`#${answer}`)).toBe(true);
  });

  it("writes rows to a new file and never over an old one", async () => {
    const output = join(mkdtempSync(join(tmpdir(), "selftrain-")), "gcd.jsonl");
    const argv = ["tasks", "generate", "gcd", "--levels", "2=1,3=3", "--size", "40", "--output", output];
    expect(await cli(...argv)).toMatchObject({ status: 0, stdout: `40 rows in ${output}\n` });
    const text = readFileSync(output, "utf8");
    const levels = text
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { level: number }).level);
    expect([2, 3].map((level) => levels.filter((l) => l === level).length)).toEqual([10, 30]);
    expect((await cli(...argv)).stderr).toContain("error[output-exists]");
    expect(readFileSync(output, "utf8")).toBe(text);
    expect((await cli(...argv.slice(0, -2))).stdout).toBe(text);
  });
});

describe("runs", () => {
  it("lists nothing where there is nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "selftrain-"));
    expect(await cli("runs", folder, "--json")).toEqual({ status: 0, stdout: "[]\n", stderr: "" });
    expect((await cli("runs", folder)).stdout).toContain("no runs here");
  });
});
