/** The built program where its streams, its terminal or its disk go away: real children and, where root may, real mounts. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shownPath } from "../../src/cli/words.js";
import { listCheckpoints } from "../../src/run/checkpoints.js";
import { readMetrics } from "../../src/run/metrics-log.js";
import { readRunInfo } from "../../src/run/run-info.js";
import { inNamespace, mayMount } from "../mount.js";
import { temporaryFolder } from "../run/temporary.js";

const main = "dist/cli/main.js";
const runs = "test/fixtures/earlier-versions/0.1.0";
const temporary = temporaryFolder();
const at = (name: string) => join(temporary.path, name);

const training = (output: string, steps: number): string[] => [
  "train",
  ...["--config", `${runs}/finished/config.yaml`, "--model", `${runs}/base`, "--output", output],
  ...["--steps", String(steps), "--checkpoint-every", String(steps)],
];

/** How a child ended, and what it wrote to the streams that were still open. */
function ended(child: ChildProcess): Promise<{ status: number | null; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (chunk) => (stdout += chunk));
  child.stderr?.on("data", (chunk) => (stderr += chunk));
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
}

describe("a terminal that closes", () => {
  it("ends a run as SIGTERM does: a checkpoint, no lock, and the run says so", async () => {
    const child = spawn(process.execPath, [main, ...training(at("run"), 100_000)]);
    const end = ended(child);
    const metrics = at("run/metrics.jsonl");
    const steps = () => readMetrics(metrics).filter(({ kind }) => kind === "step");
    while (child.exitCode === null && !(fs.existsSync(metrics) && steps().length > 0))
      await new Promise((resolve) => setTimeout(resolve, 20));
    // Nothing that is written on the way out can be read.
    child.stdout.destroy();
    child.stderr.destroy();
    child.kill("SIGHUP");
    expect((await end).status).toBe(130);
    expect(readRunInfo(at("run")).status).toBe("interrupted");
    expect(fs.existsSync(at("run/lock"))).toBe(false);
    expect(listCheckpoints(at("run")).at(-1)?.step).toBe(steps().at(-1)?.step);
  });
});

describe("a closed stderr", () => {
  it("loses the progress and not the run", async () => {
    const child = spawn(process.execPath, [main, ...training(at("run"), 2), "--json"]);
    const end = ended(child);
    child.stderr.destroy();
    const { status, stdout } = await end;
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ steps: 2, interrupted: false });
    expect(readRunInfo(at("run")).status).toBe("finished");
  });

  it("loses the error and not its status", async () => {
    const child = spawn(process.execPath, [main, "runs", at("nothing")]);
    const end = ended(child);
    child.stderr.destroy();
    expect((await end).status).toBe(1);
  });
});

describe.skipIf(!fs.existsSync("/dev/full"))("standard output on a full disk", () => {
  const pairs = () => {
    fs.writeFileSync(at("pairs.jsonl"), '{"gold": "1", "pred": "1"}\n');
    return at("pairs.jsonl");
  };
  const samples = () => {
    fs.writeFileSync(at("samples.jsonl"), '{"id": "a", "answer": "1"}\n');
    return at("samples.jsonl");
  };
  it.each([
    ["tasks list", () => []],
    ["tasks generate gcd --size 10", () => []],
    ["runs", () => [runs]],
    ["runs --json", () => [runs]],
    ["vote", () => [samples()]],
    ["equivalent", () => [pairs()]],
    ["--help", () => []],
  ])("is one error without a stack: %s", (command, operands) => {
    const full = fs.openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [main, ...command.split(" "), ...operands()], {
      stdio: ["ignore", full, "pipe"],
      encoding: "utf8",
    });
    fs.closeSync(full);
    expect(status).toBe(1);
    const details = command.includes("--json") ? stderr : stderr.replace(/^ {2}/gm, "");
    expect(details).toContain("disk-full");
    expect(details).toContain("standard output");
    expect(details).toContain("Free some space");
    expect(details).not.toMatch(/ at .*:\d+:\d+|--resume|unexpected/);
  });
});

describe.skipIf(!mayMount)("a full disk", () => {
  /** What a command says that has a disk of so many KiB for its output, and its status. */
  const onDisk = (kib: number, argv: readonly string[]) => {
    fs.mkdirSync(at("disk"), { recursive: true });
    const line = argv.map((word) => `'${word}'`).join(" ");
    // Without git, whose uncommitted changes a run's environment has, so that files have one size.
    const { stdout } = inNamespace(
      `mount -t tmpfs -o size=${kib}k tmpfs "$1/disk"; GIT_DIR=/nowhere "$0" ${main} ${line} --json 2>&1 >/dev/null || echo $?`,
      temporary.path,
    );
    const [error, status] = stdout.trim().split("\n").slice(-2);
    return { status: Number(status), ...(JSON.parse(error!) as { error: { code: string; remedy: string } }) };
  };

  it("has no --resume in its remedy where nothing is to be resumed", () => {
    const rows = Array.from({ length: 3000 }, (_, i) => JSON.stringify({ id: i, answer: String(i) }));
    fs.writeFileSync(at("samples.jsonl"), rows.join("\n"));
    const { status, error } = onDisk(64, ["vote", at("samples.jsonl"), "--output", at("disk/votes.jsonl")]);
    expect({ status, ...error }).toMatchObject({
      status: 1,
      code: "disk-full",
      where: at("disk/votes.jsonl"),
    });
    expect(error.remedy).toBe("Free some space, then run the same command again.");
  });

  it("says how a run goes on", () => {
    const { status, error } = onDisk(48, training(at("disk/run"), 3));
    expect({ status, ...error }).toMatchObject({ status: 1, code: "disk-full" });
    expect(error.remedy).toBe(
      `Free some space (lower keepCheckpoints, delete old runs), then: selftrain train --resume ${shownPath(at("disk/run"))}`,
    );
  });
});
