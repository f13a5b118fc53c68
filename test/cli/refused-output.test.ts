/** An output that the file system refuses ends every command at once: the built program, with a limit on its time. */
import { execFile } from "node:child_process";
import fs from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const runs = "test/fixtures/earlier-versions/0.1.0";
const base = `${runs}/base`;

describe.skipIf(!fs.existsSync("/proc/self"))("an output in /proc, where mkdir answers ENOENT", () => {
  it.each([
    ["pretrain", ["--task", "mental-sums", "--steps", "1"]],
    ["train", ["--config", `${runs}/finished/config.yaml`, "--model", base]],
    ["finetune", ["--config", `${runs}/dpo/config.yaml`, "--model", base]],
    ["reward-model train", ["--model", base, "--from", `${runs}/finished`]],
    ["label", ["--model", base, "--task", "mental-sums", "--samples", "2", "--max-new-tokens", "6"]],
    ["export", [base]],
    ["report", [`${runs}/finished`]],
    ["replay", [`${runs}/finished`]],
  ])("ends %s", async (command, argv) => {
    const output = command === "report" ? "/proc/nope/report.html" : "/proc/nope";
    const line = ["dist/cli/main.js", ...command.split(" "), ...argv, "--output", output, "--json"];
    const { code, stderr } = (await run(process.execPath, line, { timeout: 60_000 }).catch(
      (error: unknown) => error,
    )) as { code: number; stderr: string };
    expect(code).toBe(1);
    const { error } = JSON.parse(stderr.trim().split("\n").at(-1)!) as { error: object };
    expect(error).toMatchObject({ code: "file-system-error", found: "ENOENT", where: "/proc/nope" });
  });
});
