import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type CommandFactory, type Context, defineCommand } from "../../src/cli/command.js";
import { ProblemsError } from "../../src/config/problems.js";
import { fakeIo } from "./fake-io.js";

const schema = z.strictObject({
  model: z.string(),
  words: z.array(z.string()).default([]),
  steps: z.int().positive().default(10),
  adam: z.strictObject({ rate: z.number().default(0.5), decay: z.number().default(0) }).prefault({}),
  tied: z.boolean().default(false),
});

interface Seen {
  readonly config: z.output<typeof schema>;
  readonly context: Context;
}

/** Runs a command that only remembers what it was given. */
async function run(...argv: string[]): Promise<Seen> {
  let seen: Seen | undefined;
  const factory: CommandFactory = defineCommand({
    name: "probe",
    summary: "",
    schema,
    positional: "words",
    takes: ["config", "dry-run"],
    examples: [],
    run: async (config, context) => {
      seen = { config, context };
      return 0;
    },
  });
  const io = fakeIo(argv);
  await factory(io, () => undefined).parseAsync(argv, { from: "user" });
  return seen as Seen;
}

async function messages(...argv: string[]): Promise<string[]> {
  try {
    await run(...argv);
  } catch (error) {
    return error instanceof ProblemsError ? error.problems.map((p) => p.message) : [(error as Error).message];
  }
  return [];
}

describe("a command", () => {
  it("hands over a typed config", async () => {
    const { config } = await run("--model", "m", "--steps=3", "--rate", "0.1", "--tied", "a", "b");
    expect(config).toMatchObject({ model: "m", steps: 3, adam: { rate: 0.1, decay: 0 } });
  });

  it("takes a flag's full name too", async () => {
    expect((await run("--model", "m", "--adam.rate", "2")).config.adam.rate).toBe(2);
  });

  it("takes a boolean and its opposite, and a negative number", async () => {
    const { config } = await run("--model", "m", "--tied", "a", "--decay", "-1");
    expect(config).toMatchObject({ tied: true, words: ["a"], adam: { decay: -1 } });
    expect((await run("--model", "m", "--tied", "--no-tied")).config.tied).toBe(false);
    expect((await run("--model", "m")).config.tied).toBe(false);
  });

  it("lays flags over the config file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "selftrain-")), "c.yaml");
    writeFileSync(file, "model: from-file\nsteps: 5\nadam:\n  rate: 7\n");
    const { config } = await run("--config", file, "--steps", "6");
    expect(config).toMatchObject({ model: "from-file", steps: 6, adam: { rate: 7 } });
  });

  it("says where in the file a value is wrong, and that a flag's is not from the file", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "selftrain-")), "c.yaml");
    writeFileSync(file, "model: m\nadam:\n  rate: fast\n");
    await expect(run("--config", file)).rejects.toMatchObject({ where: `${file}:3:9` });
    await expect(run("--config", file, "--rate", "slow")).rejects.toMatchObject({
      message: "Invalid value for --rate (slow). Expected a number.",
      where: undefined,
    });
  });

  it("takes operands, those after -- however they begin", async () => {
    expect((await run("--model", "m", "a", "--", "-5=", "--", "b")).config.words).toEqual([
      "a",
      "-5=",
      "--",
      "b",
    ]);
  });

  it("tells what only concerns its running", async () => {
    const { context } = await run("--model", "m", "--json", "--dry-run");
    expect(context).toMatchObject({ json: true, dryRun: true, resume: undefined });
  });

  it("reports all mistakes in one go", async () => {
    expect(await messages("--stpes", "3", "--steps", "three", "--colour=red")).toEqual([
      "unknown flag --stpes",
      "unknown flag --colour",
      "no model given",
      "Invalid value for --steps (three). Expected a positive whole number.",
    ]);
  });

  it("names the nearest flag", async () => {
    await expect(run("--model", "m", "--setps", "3")).rejects.toMatchObject({
      code: "cli-unknown-flag",
      remedy: "did you mean --steps?",
    });
    await expect(run("--modle", "m", "--model", "m")).rejects.toMatchObject({
      remedy: "did you mean --model?",
    });
  });
});
