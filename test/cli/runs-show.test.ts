/** `selftrain runs show`, on rollouts that are written here: what a person is shown of a group, and what a terminal is spared. */
import fs from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../src/cli/run-cli.js";
import { trainConfigSchema } from "../../src/config/train-config.js";
import { loadPromptPool } from "../../src/data/prompt-pool.js";
import { createRun } from "../../src/run/open-run.js";
import { rows } from "../run/samples.js";
import { temporaryFolder } from "../run/temporary.js";
import { fakeIo } from "./fake-io.js";

const temporary = temporaryFolder();
const run = () => join(temporary.path, "run");
const file = () => join(temporary.path, "prompts.jsonl");

async function cli(argv: readonly string[], columns?: number) {
  const io = fakeIo(["runs", ...argv]);
  io.stdout.columns = columns;
  const status = await runCli(io);
  return { status, stdout: io.stdout.text, stderr: io.stderr.text };
}
const show = (...argv: string[]) => cli(["show", run(), ...argv]);

const hostile = "\u001b]0;owned\u0007\u001b[2J\u009b31m\u202eevil\u202c\r";

beforeEach(async () => {
  fs.writeFileSync(
    file(),
    ["1+4", "2+2"].map((prompt, i) => JSON.stringify({ prompt, answer: `${5 - i}` })).join("\n"),
  );
  const config = trainConfigSchema.parse({
    model: "m",
    output: run(),
    prompts: { file: file(), answerColumn: "answer" },
    evaluation: { size: 0 },
  });
  const { prompts } = await loadPromptPool(config.prompts, "whole", undefined, 0, {}, config.answers);
  const created = createRun(run(), "train", config);
  for (const step of [1, 2]) {
    const [five, four] = prompts;
    const common = { voteShare: 0.5, sampledBy: "policy", graderError: null, rejected: null, trained: true };
    const group = (
      number: number,
      { id, text }: typeof five & object,
      answers: (string | null)[],
      label: string | null,
    ) =>
      rows(step, answers.length).map((row, sample) => ({
        ...row,
        ...common,
        group: number,
        sample,
        promptId: id,
        prompt: text,
        answer: answers[sample]!,
        voteLabel: label,
        rewardLabel: label,
        finish: sample === 3 ? "length" : "stop",
        reward: answers[sample] === label ? 1 : 0,
        advantage: answers[sample] === label ? 0.5 : -0.5,
        completion: `so\nit is ${answers[sample]}${sample === 1 ? hostile : ""}${".".repeat(100)}end`,
      }));
    await created.writeRollouts(step, [
      ...group(0, five!, ["5", "5", "6", null], "5"),
      ...group(1, four!, ["5", "5", "4", "7"], "5"),
    ]);
  }
  created.close({ status: "finished" });
});

describe("selftrain runs show", () => {
  it("lists the groups of the last step with label, agreement and truth", async () => {
    const { status, stdout, stderr } = await show();
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const [title, , header, first, second] = stdout.split("\n");
    expect(title).toBe("step 2, 2 groups");
    expect(header).toMatch(/^group +prompt +label +agreement +truth +text$/);
    expect(first).toMatch(/^0 +\S+ +5 +50\.0% +5 ✓ +1\+4/);
    expect(second).toMatch(/^1 +\S+ +5 +50\.0% +4 ✗ +2\+2/);
    expect((await show("--step", "1")).stdout).toContain("step 1, 2 groups");
  });

  it("shows a group: vote, classes, and every completion with its reward, on lines as wide as the terminal", async () => {
    const { stdout } = await cli(["show", run(), "--prompt", "0"], 70);
    expect(stdout).toMatch(/^label +5$/m);
    expect(stdout).toMatch(/^agreement +50\.0% of 4 samples$/m);
    expect(stdout).toMatch(/^truth +5 ✓$/m);
    expect(stdout).toMatch(/^5 +2\n6 +1\nno answer +1$/m);
    expect(stdout).toMatch(/^0 +5 +1 +0\.500 +stop +\d+ +so⏎it is 5\.+…$/m);
    expect(stdout).toMatch(/^3 +– +0 +-0\.500 +length /m);
    for (const line of stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(70);
    // By the prompt's id, too.
    const { groups } = JSON.parse((await show("--json")).stdout) as { groups: { promptId: string }[] };
    expect((await cli(["show", run(), "--prompt", groups[0]!.promptId], 70)).stdout).toBe(stdout);
  });

  it("shows completions in whole on request", async () => {
    const { stdout } = await show("--prompt", "1", "--full");
    expect(stdout).toContain(`so\nit is 4${".".repeat(100)}end`);
  });

  it("sends no control character of a model to the terminal", async () => {
    for (const argv of [
      ["--prompt", "0"],
      ["--prompt", "0", "--full"],
    ]) {
      const { stdout } = await cli(["show", run(), ...argv], 200);
      expect(stdout).toContain("␛]0;owned␇␛[2J\\u009b31m\\u202eevil\\u202c␍");
      expect(stdout.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    }
  });

  it("prints JSON with everything, and true answers where the prompts are still there", async () => {
    const shown = JSON.parse((await show("--prompt", "1", "--json")).stdout);
    expect(shown).toMatchObject({
      step: 2,
      groups: [
        {
          group: 1,
          label: "5",
          truth: "4",
          classes: [
            { answer: "5", count: 2 },
            { answer: "4", count: 1 },
            { answer: "7", count: 1 },
          ],
          unanswered: 0,
        },
      ],
      rollouts: [{ reward: 1, advantage: 0.5 }, {}, {}, { finish: "length" }],
      notice: null,
    });
    fs.rmSync(file());
    const { status, stdout } = await show();
    expect(status).toBe(0);
    expect(stdout).not.toContain("truth");
    expect(stdout).toContain("note: no true answers: ");
  });

  it.each([
    [["--step", "9"], "show-no-rollouts"],
    [["--prompt", "2"], "show-no-prompt"],
    [["--prompt", "nobody"], "show-no-prompt"],
  ])("refuses %j", async (argv, code) => {
    const { status, stderr } = await show(...argv);
    expect(status).toBe(1);
    expect(stderr).toContain(`error[${code}]`);
  });

  it("leaves `runs` and `runs FOLDER` as they are", async () => {
    const { status, stdout } = await cli([temporary.path]);
    expect(status).toBe(0);
    expect(stdout).toContain("finished");
  });
});
