/** The built program as a process: exit statuses, streams, signals. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const main = "dist/cli/main.js";

function selftrain(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...argv], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("exit status", () => {
  it.each([
    [["--help"], 0],
    [["tasks", "list"], 0],
    [["trian"], 2],
    [["train", "--steps", "three"], 2],
    [["tasks", "sample", "gdc"], 2],
    [["runs", "no/such/folder"], 1],
  ])("%j → %i", (argv, status) => {
    const result = selftrain(...argv);
    expect(result.status).toBe(status);
    expect(result[status === 0 ? "stderr" : "stdout"]).toBe("");
    expect(result[status === 0 ? "stdout" : "stderr"]).not.toBe("");
  });

  it("is that of success when the reader has seen enough", () => {
    const command = `"${process.execPath}" ${main} tasks generate gcd --size 3000 | head -n 1; exit "\${PIPESTATUS[0]}"`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.split("\n")).toHaveLength(2);
  });
});

it("can be started by its name alone", () => {
  expect(readFileSync(main, "utf8").startsWith("#!/usr/bin/env node\n")).toBe(true);
});

describe("Ctrl-C", () => {
  /** Work that counts until it is asked to stop, as a trainer does between steps; `stubborn` work never stops. */
  const program = (stubborn: boolean, stop: string) => `
    import { watched } from "./dist/cli/watched.js";
    import { processIo } from "./dist/cli/io.js";
    const context = { io: processIo(), json: false, dryRun: false, resume: undefined };
    const steps = await watched("train", context, async ({ signal }) => {
      process.stdout.write("ready");
      for (let step = 0; ; step++) {
        await new Promise((done) => setTimeout(done, 5));
        if (signal.aborted && !${stubborn}) return "saved";
      }
    }, "${stop}");
    process.stdout.write(steps);`;

  function start(stubborn: boolean, stop = "after-step"): ChildProcess {
    return spawn(process.execPath, ["--input-type=module", "--eval", program(stubborn, stop)]);
  }

  /** Sends a signal whenever the text appears on the stream; resolves with the exit status and all output. */
  function drive(child: ChildProcess, on: Record<string, () => void>) {
    let output = "";
    const pending = new Map(Object.entries(on));
    const collect = (chunk: Buffer): void => {
      output += chunk.toString();
      for (const [text, act] of pending) {
        if (!output.includes(text)) continue;
        pending.delete(text);
        act();
      }
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    return new Promise<{ status: number | null; signal: string | null; output: string }>((resolve) => {
      child.on("close", (status, signal) => resolve({ status, signal, output }));
    });
  }

  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("lets the work finish its step (%s)", async (signal) => {
    const child = start(false);
    const { status, output } = await drive(child, { ready: () => child.kill(signal) });
    expect(status).toBe(0);
    expect(output).toContain("stopping after the current step");
    expect(output).toContain("saved");
  });

  it("leaves at once where there is nothing to save", async () => {
    const child = start(true, "at-once");
    // Ended by the signal: a shell makes 130 of it.
    expect((await drive(child, { ready: () => child.kill("SIGINT") })).signal).toBe("SIGINT");
  });

  it("leaves at once the second time", async () => {
    const child = start(true);
    const { signal } = await drive(child, {
      ready: () => child.kill("SIGINT"),
      stopping: () => child.kill("SIGTERM"),
    });
    expect(signal).toBe("SIGTERM");
  });
});
