/** `kill -9` at any moment, then continue: the finished run equals an undisturbed one, times apart. */
import fs from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { listCheckpoints } from "../../src/run/checkpoints.js";
import { readMetrics } from "../../src/run/metrics-log.js";
import { readRunInfo } from "../../src/run/run-info.js";
import { startChild } from "./child.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const steps = 24;

/** Everything of a run that must not depend on how often it was killed. */
function contents(run: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of fs.readdirSync(run, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(run.length + 1);
    if (entry.isDirectory() || ["run.json", "environment.json", "metrics.jsonl"].includes(name)) continue;
    found.set(name, fs.readFileSync(path, "latin1"));
  }
  const timeless = readMetrics(join(run, "metrics.jsonl")).map(({ time: _, ...rest }) => rest);
  return found.set("metrics.jsonl", JSON.stringify(timeless));
}

describe("a run killed again and again", () => {
  it("loses nothing it said was written, keeps only whole checkpoints, and ends as an undisturbed one", async () => {
    const undisturbed = join(temporary.path, "undisturbed");
    await startChild("train-like.mjs", undisturbed, `${steps}`).exited;

    const killed = join(temporary.path, "killed");
    const metrics = join(killed, "metrics.jsonl");
    let written = 0;
    for (let round = 0; round < 8; round++) {
      const child = startChild("train-like.mjs", killed, `${steps}`);
      // Each round dies somewhere else: 0 to 7 ms after some line, so also within a write of any kind.
      await child.printed(1 + (round % 4));
      await sleep(round);
      await child.kill();
      written = Math.max(written, ...child.lines.map(Number));
      const found = readMetrics(metrics).map(({ step }) => step);
      expect(found.slice(0, written)).toEqual(Array.from({ length: written }, (_, i) => i + 1));
      for (const { path } of listCheckpoints(killed)) {
        const { state } = JSON.parse(fs.readFileSync(join(path, "trainer.json"), "utf8")) as {
          state: number;
        };
        expect(fs.readFileSync(join(path, "weights"), "utf8")).toBe(`${state} `.repeat(20000));
      }
    }
    expect(written).toBeGreaterThan(3);
    await startChild("train-like.mjs", killed, `${steps}`).exited;

    expect(contents(killed)).toEqual(contents(undisturbed));
    expect(listCheckpoints(killed).map(({ step }) => step)).toEqual([3, 21, 24]);
    expect(readRunInfo(killed).status).toBe("finished");
  });
});
