/** `selftrain runs show --probe`, on probes that are written here. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { trainConfigSchema } from "../../src/config/train-config.js";
import { loadPromptPool } from "../../src/data/prompt-pool.js";
import { createRun } from "../../src/run/open-run.js";
import { probeFile } from "../../src/run/probes.js";
import { probeRows } from "../run/probe-rows.js";
import { record } from "../run/samples.js";
import { temporaryFolder } from "../run/temporary.js";
import { fakeIo } from "./fake-io.js";

const temporary = temporaryFolder();
const run = () => join(temporary.path, "run");

async function show(...argv: string[]) {
  const io = fakeIo(["runs", "show", run(), "--probe", ...argv]);
  io.stdout.columns = 90;
  const status = await runCli(io);
  return { status, lines: io.stdout.text.trimEnd().split("\n"), text: io.stdout.text, error: io.stderr.text };
}

/** By probe, then by prompt. */
const answers: Record<number, (string | null)[][]> = {
  0: [
    ["5", "5", null],
    ["5", "6", "6"],
  ],
  3: [
    ["7", "5", "7"],
    ["5", "6", "5"],
  ],
  4: [
    ["7", "7", "7"],
    ["5", "5", "\u001b[2J5"],
  ],
};

beforeEach(async () => {
  const file = join(temporary.path, "prompts.jsonl");
  const line = (i: number) => JSON.stringify({ prompt: `say ${i}`, answer: "5" });
  writeFileSync(file, Array.from({ length: 80 }, (_, i) => line(i)).join("\n"));
  const prompts = { file, answerColumn: "answer" };
  const config = trainConfigSchema.parse({ model: "m", output: run(), prompts, probe: { size: 2 } });
  const pool = await loadPromptPool(config.prompts, "test", undefined, 0, {}, config.answers);
  const created = createRun(run(), "train", config);
  for (const [step, groups] of Object.entries(answers)) {
    const probed = groups.map((own, g) => ({ ...pool.prompts[g]!, answers: own }));
    await created.writeProbe(Number(step), probeRows(Number(step), probed));
    created.append(record(Number(step), { kind: "probe" }));
  }
  created.close({ status: "finished" });
});

it("lists what each prompt was answered at first, and is now, and what became of it", async () => {
  const { lines, status } = await show();
  expect(status).toBe(0);
  expect(lines[0]).toBe("probe of step 4, beside that of step 0: 2 prompts");
  expect(lines[2]).toMatch(/^prompt +id +at first +now +truth +fate +text$/);
  expect(lines[3]).toMatch(/^0 +row-\d+ +5 66\.7% +7 100\.0% +5 +corrupted +say \d+$/);
  expect(lines[4]).toMatch(/^1 +row-\d+ +6 66\.7% +5 66\.7% +5 +learned +say \d+$/);
  expect((await show("--step", "3")).lines[3]).toMatch(/7 66\.7%/);
});

it("shows every probe of a prompt, and its samples at first and now", async () => {
  const { lines, text } = await show("--prompt", "1");
  expect(lines[0]).toBe("probe of step 4, prompt 1");
  expect(lines.filter((line) => /^[034] +/.test(line))).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^0 +6 +66\.7% +2 × 6, 1 × 5$/),
      expect.stringMatching(/^3 +5 +66\.7% +2 × 5, 1 × 6$/),
    ]),
  );
  expect(lines).toContain("samples at step 0");
  expect(lines).toContain("samples at step 4");
  expect(text).not.toContain("\u001b");
  const io = fakeIo(["runs", "show", run(), "--probe", "--prompt", "1", "--json"]);
  await runCli(io);
  expect(JSON.parse(io.stdout.text)).toMatchObject({
    step: 4,
    first: 0,
    course: {
      votes: [{ label: "6" }, { label: "5" }, { label: "5" }],
      first: [{}, {}, {}],
      now: [{}, {}, {}],
    },
    notice: null,
  });
});

it("says which probe is lost, and does without", async () => {
  rmSync(probeFile(run(), 3));
  const { lines, status } = await show("--prompt", "0");
  expect(status).toBe(0);
  expect(lines.at(-1)).toBe("note: the probes of step 3 are missing or cut short");
});

it.each([
  [["--step", "2"], "show-no-probe", "of steps 0, 3, 4"],
  [["--prompt", "9"], "show-no-prompt", "a number from 0 to 1"],
])("%j: %s", async (argv, code, part) => {
  const { error, status } = await show(...argv);
  expect(status).not.toBe(0);
  expect(error).toContain(`error[${code}]`);
  expect(error).toContain(part);
});
