import { mkdtempSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defineCommand } from "../../src/cli/command.js";
import { toResume } from "../../src/cli/resume.js";
import { shownPath } from "../../src/cli/words.js";
import { resolveConfig } from "../../src/config/resolve-config.js";
import { type TrainConfig, trainConfigSchema } from "../../src/config/train-config.js";
import { SelftrainError } from "../../src/errors.js";
import { createRun } from "../../src/run/open-run.js";
import type { RunKind } from "../../src/run/run-info.js";
import { fakeIo } from "./fake-io.js";

/** A run that was made, and then moved elsewhere. */
function movedRun(kind: RunKind): string {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-"));
  const output = join(folder, "old");
  const flags = new Map<string, unknown>(
    Object.entries({ model: "m", output, "prompts.task": "gcd", "prompts.levels": { "3": 1 }, steps: 7 }),
  );
  createRun(output, kind, resolveConfig(trainConfigSchema, { flags })).close({ status: "interrupted" });
  renameSync(output, join(folder, "new"));
  return join(folder, "new");
}

async function train(...argv: string[]): Promise<{ config: TrainConfig; resume: string | undefined }> {
  let seen: { config: TrainConfig; resume: string | undefined } | undefined;
  const factory = defineCommand({
    name: "train",
    summary: "",
    schema: trainConfigSchema,
    takes: ["config", "resume"],
    examples: [],
    run: async (config, { resume }) => {
      seen = { config, resume };
      return 0;
    },
  });
  await factory(fakeIo(argv), () => undefined).parseAsync(argv, { from: "user" });
  return seen as { config: TrainConfig; resume: string | undefined };
}

describe("--resume", () => {
  it("needs no other flag: the config is the run's, the folder where it lies now", async () => {
    const run = movedRun("train");
    const { config, resume } = await train("--resume", run);
    expect(config).toMatchObject({
      model: "m",
      output: run,
      steps: 7,
      prompts: { task: "gcd", levels: { "3": 1 } },
    });
    expect(resume).toBe(run);
  });

  it("lets flags speak; what may change is for the run to judge", async () => {
    expect((await train("--resume", movedRun("train"), "--steps", "9")).config.steps).toBe(9);
  });

  it("goes with neither another config nor another folder", async () => {
    await expect(
      train("--resume", movedRun("train"), "--output", "o", "--config", "c.yaml"),
    ).rejects.toMatchObject({
      problems: [
        { code: "cli-conflict", message: "--resume and --config exclude each other" },
        { code: "cli-conflict", message: "--resume and --output exclude each other" },
      ],
    });
  });

  it("names the command that made the run", async () => {
    const run = movedRun("pretrain");
    await expect(train("--resume", run)).rejects.toMatchObject({
      code: "cli-resume-kind",
      remedy: `selftrain pretrain --resume ${run}`,
    });
  });
});

describe("a full disk", () => {
  const full = (where?: string) =>
    new SelftrainError({
      code: "disk-full",
      message: "m",
      ...(where === undefined ? {} : { where }),
      remedy: "r",
    });

  it.each([
    ["train", "train"],
    ["reward-model", "reward-model train"],
  ] as const)("of a %s run is mended by resuming it", (kind, command) => {
    const run = movedRun(kind);
    for (const where of [run, join(run, "metrics.jsonl")])
      expect(toResume(full(where), run)).toMatchObject({
        code: "disk-full",
        where,
        remedy: expect.stringMatching(
          new RegExp(`keepCheckpoints.*selftrain ${command} --resume ${shownPath(run)}$`),
        ),
      });
  });

  it("is left as it is where another output is full, where there is no run yet, and so is another error", () => {
    const run = movedRun("train");
    const missing = new SelftrainError({ code: "file-missing", message: "m", where: run, remedy: "r" });
    for (const error of [full(), full("standard output"), full(`${run}-2/file`), missing, new TypeError("x")])
      expect(toResume(error, run)).toBe(error);
    const nothing = join(run, "nothing");
    const error = full(join(nothing, "config.yaml"));
    expect(toResume(error, nothing)).toBe(error);
  });
});
