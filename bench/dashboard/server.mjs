/** `selftrain serve` on a folder, as a user starts it, and what is asked of it. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { processorSeconds } from "../processor.mjs";

export const PROGRAM = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

export async function startServer(folder) {
  const child = spawn(process.execPath, [PROGRAM, "serve", folder, "--port", "0", "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  const url = await new Promise((done, failed) => {
    createInterface({ input: child.stdout }).once("line", (line) => done(JSON.parse(line).url));
    child.once("exit", () => failed(new Error("the server ended")));
  });
  return {
    url,
    /** Text of an answer. */
    async get(path, query = {}) {
      const pairs = Object.entries(query).flatMap(([key, value]) =>
        [value].flat().map((one) => [key, String(one)]),
      );
      const response = await fetch(new URL(`${path}?${new URLSearchParams(pairs)}`, url));
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${text}`);
      return text;
    },
    /** Milliseconds of the processor so far. */
    processorMs: () => 1000 * processorSeconds(child.pid),
    /** Peak of its resident memory so far. */
    peakMiB: () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]) / 1024,
    async close() {
      process.removeListener("exit", end);
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGTERM");
      await gone;
    },
  };
}
