import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { partialPath } from "../../src/io/fs/atomic.js";
import {
  latestCheckpoint,
  listCheckpoints,
  pruneCheckpoints,
  publishCheckpoint,
} from "../../src/run/checkpoints.js";
import { readRunState, writeRunState } from "../../src/run/run-state.js";
import { temporaryFolder } from "./temporary.js";

const temporary = temporaryFolder();
const publish = (step: number, content = `${step}`) =>
  publishCheckpoint(temporary.path, step, async (folder) => fs.writeFileSync(join(folder, "f"), content));
const steps = () => listCheckpoints(temporary.path).map(({ step }) => step);

describe("checkpoints", () => {
  it("are listed in step order, and the last is the latest", async () => {
    expect(latestCheckpoint(temporary.path)).toBeNull();
    for (const step of [10, 9, 1_000_000]) await publish(step);
    expect(steps()).toEqual([9, 10, 1_000_000]);
    const path = join(temporary.path, "checkpoints", "step-1000000");
    expect(latestCheckpoint(temporary.path)).toEqual({ step: 1_000_000, path });
  });

  it("exist only when complete", async () => {
    await publish(1);
    const failing = publishCheckpoint(temporary.path, 2, async () => {
      expect(latestCheckpoint(temporary.path)?.step).toBe(1);
      throw new Error("killed");
    });
    await expect(failing).rejects.toThrow("killed");
    fs.mkdirSync(partialPath(join(temporary.path, "checkpoints", "step-000003")));
    expect(steps()).toEqual([1]);
  });

  it("are written once a step", async () => {
    await publish(1, "first");
    const { path } = await publish(1, "second");
    expect(fs.readFileSync(join(path, "f"), "utf8")).toBe("first");
  });

  it("are pruned to the latest and those to keep", async () => {
    for (const step of [1, 2, 3, 4, 5]) await publish(step);
    const deleted = pruneCheckpoints(temporary.path, 2, [1, 99]);
    expect(deleted.map(({ step }) => step)).toEqual([2, 3]);
    expect(steps()).toEqual([1, 4, 5]);
    expect(fs.readdirSync(join(temporary.path, "checkpoints"))).toHaveLength(3);
    expect(pruneCheckpoints(temporary.path, 9)).toEqual([]);
  });
});

describe("run state", () => {
  const schema = z.object({ step: z.int(), cursor: z.array(z.number()) });

  it("comes back as it was", () => {
    writeRunState(temporary.path, { step: 3, cursor: [1, 2.5] });
    expect(readRunState(temporary.path, schema)).toEqual({ step: 3, cursor: [1, 2.5] });
  });

  it.each([
    ["{", "checkpoint-corrupt"],
    ['{"step":"3"}', "checkpoint-corrupt"],
  ])("that is damaged (%s) is refused", (text, code) => {
    fs.writeFileSync(join(temporary.path, "trainer.json"), text);
    expect(() => readRunState(temporary.path, schema)).toThrow(expect.objectContaining({ code }));
  });
});
