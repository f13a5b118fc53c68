/** Rollouts of other trainers: those that TRL itself wrote, verl's as its source writes them, and JSON Lines; and what is refused of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { audit } from "../../../src/apps/audit/audit.js";
import type { AuditSource, AuditStep } from "../../../src/apps/audit/source.js";
import { openSource } from "../../../src/apps/audit/sources/open.js";
import { runCli } from "../../../src/cli/run-cli.js";
import { type AuditConfig, auditConfigSchema } from "../../../src/config/audit-config.js";
import { fakeIo } from "../../cli/fake-io.js";
import { temporaryFolder } from "../../run/temporary.js";

const temporary = temporaryFolder();
const fixture = (name: string) => new URL(`../../fixtures/${name}`, import.meta.url).pathname;
const configOf = (run: string, rest: Partial<AuditConfig> = {}) => auditConfigSchema.parse({ run, ...rest });

async function read(
  run: string,
  rest: Partial<AuditConfig> = {},
): Promise<{ source: AuditSource; steps: AuditStep[] }> {
  const source = await openSource(configOf(run, rest));
  const steps: AuditStep[] = [];
  for await (const step of source.steps()) steps.push(step);
  return { source, steps };
}

function file(rows: readonly object[], name = "rollouts.jsonl"): string {
  const path = join(temporary.path, name);
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return path;
}

describe("TRL's completions", () => {
  it("are read as TRL 1.13 wrote them: groups by prompt, the one reward column, the logged true answers", async () => {
    const { source, steps } = await read(fixture("trl-completions/each-step"), {
      answers: auditConfigSchema.parse({ run: "", answers: { regex: "^(.+)$" } }).answers!,
    });
    expect(source.format).toBe("trl");
    expect(steps.map(({ step, groups }) => [step, groups.map(({ answers }) => answers.length)])).toEqual([
      [1, [4, 4]],
      [2, [4, 4]],
      [3, [4, 4]],
    ]);
    const [, group] = steps[2]!.groups;
    expect(steps[2]!.groups.map(({ promptId, truth }) => [promptId, truth])).toEqual([
      ["4+2=", "6"],
      ["2+2=", "4"],
    ]);
    // As pandas shows the file: 14 and three others, of which the first was the label.
    expect(group!.paid!.rewards).toEqual([1, 0, 0, 0]);
    expect(group).toMatchObject({ label: "14" });
    expect(source.notices[0]).toMatch(/name no groups/);
  });

  it("a batch that was logged again is left out, and it is said", async () => {
    const { source, steps } = await read(fixture("trl-completions/batch-again"));
    expect(steps.map(({ step }) => step)).toEqual([1, 3]);
    expect(source.omissions).toContainEqual({
      what: "steps 2, 4",
      why: expect.stringMatching(/again/),
    });
  });

  it("a column that is not there, or is no number, is refused", async () => {
    const run = fixture("trl-completions/each-step");
    await expect(read(run, { rewardColumn: "accuracy" })).rejects.toMatchObject({
      code: "audit-reward-column",
    });
    await expect(read(run, { rewardColumn: "truth" })).rejects.toMatchObject({ code: "audit-column" });
    await expect(read(run, { truthColumn: "gold" })).rejects.toMatchObject({ code: "audit-column" });
  });
});

describe("texts whose end nobody explains", () => {
  it("have no answer where they certainly break off, and keep one that is complete", async () => {
    const texts = [
      "So it is \\boxed{12}.",
      "So it is \\boxed{12}. And x =",
      "The answer is 12, 13 and",
      "So it is \\boxed{1",
    ];
    const rows = texts.map((completion) => ({ promptId: "p", group: "g", step: 1, completion, reward: 0 }));
    const { source, steps } = await read(file(rows, "broken-off.jsonl"));
    expect(steps[0]!.groups[0]!.answers).toEqual(["12", "12", null, null]);
    expect(source.notices).toEqual([expect.stringContaining("2 of 4 completions certainly break off")]);
    // Read a second time for its texts, it says the same.
    await source.samples([{ step: 1, promptId: "p", majority: "12", probe: false }]);
    expect(source.notices).toHaveLength(1);
  });
});

describe("verl's rollouts", () => {
  it("are read in order of their steps, with the prompts of a batch mixed", async () => {
    const { source, steps } = await read(fixture("verl-rollouts"));
    expect(source.format).toBe("verl");
    expect(source.notices.join(" ")).toMatch(/0 of \d+ completions certainly break off/);
    expect(steps.map(({ step }) => step)).toEqual([2, 10]);
    expect(steps[1]!.groups).toEqual([
      {
        promptId: "user\n3+4=",
        answers: ["7", "7", "8", null],
        paid: { answers: ["7", "7", "8", null], rewards: [1, 1, 0, 0] },
        label: "7",
        truth: "7",
      },
      {
        promptId: "user\n5+5=",
        answers: ["10", "7", "10", "7"],
        paid: { answers: ["10", "7", "10", "7"], rewards: [0, 1, 0, 1] },
        label: "7",
        truth: "10",
      },
    ]);
    const { gap, goodhart, omitted } = await audit(configOf(fixture("verl-rollouts")));
    expect(gap!.gap).toEqual([0, 0]);
    expect(gap!.wrongLabelShare).toEqual([0, 0.5]);
    expect(goodhart).toBeNull();
    expect(omitted).toContainEqual({ what: "the Goodhart curve", why: "verl's rollouts hold no KL" });
  });
});

describe("the command", () => {
  it.each([
    ["collapsing", 3],
    ["steady", 0],
  ])("ends a %s run with %i, as text and as JSON", async (name, status) => {
    const rows = Array.from({ length: 24 }, (_, step) =>
      Array.from({ length: 8 }, (_, prompt) =>
        Array.from({ length: 6 }, (_, sample) => {
          const right = (sample + step + prompt) % 6 < 4;
          const answer =
            name === "collapsing" && step > 11 ? "1" : String(right ? 100 + prompt : 200 + sample);
          return {
            step,
            prompt: `p${prompt}`,
            group: prompt,
            sample,
            answer,
            reward: Number(right),
            truth: 100 + prompt,
          };
        }),
      ),
    ).flat(2);
    const path = file(rows);
    for (const flags of [[], ["--json"]]) {
      const io = fakeIo(["audit", path, ...flags]);
      expect(await runCli(io)).toBe(status);
      expect(io.stderr.text).toBe("");
      expect(io.stdout.text).toContain(status === 3 ? "Collapsed" : "Nothing lost");
    }
  });
});

describe("JSON Lines", () => {
  it("needs a step, a prompt and an answer; the rest is taken where it is", async () => {
    const path = file([
      {
        step: 1,
        promptId: "a",
        prompt: "1+1",
        group: 0,
        sample: 0,
        completion: "so \\boxed{2}",
        reward: 1,
        truth: 2,
        kl: 3,
      },
      {
        step: 1,
        promptId: "a",
        prompt: "1+1",
        group: 0,
        sample: 1,
        answer: "2.0",
        reward: 1,
        truth: 2,
        kl: 1,
      },
      { step: 1, promptId: "a", prompt: "1+1", group: 1, sample: 0, answer: null },
    ]);
    const { source, steps } = await read(path);
    expect(steps).toEqual([
      {
        step: 1,
        groups: [
          {
            promptId: "a",
            answers: ["2", "2"],
            paid: { answers: ["2", "2"], rewards: [1, 1] },
            label: "2",
            truth: "2",
          },
          { promptId: "a", answers: [null], paid: null, label: null, truth: null },
        ],
        logged: {},
        sequenceKl: 2,
      },
    ]);
    expect(source.notices).toEqual([expect.stringMatching(/^0 of 1 completions/)]);
  });

  it("without groups, the same prompt is one group, and a doubled one is said", async () => {
    const row = (prompt: string) => ({ step: 1, prompt, answer: "2" });
    const { source, steps } = await read(file(["a", "a", "b", "b", "c", "c", "c", "c"].map(row)));
    expect(steps[0]!.groups.map(({ answers }) => answers.length)).toEqual([2, 2, 4]);
    expect(source.notices.join(" ")).toMatch(/name no groups.* 1 of the groups/);
  });

  it("other names of columns are told", async () => {
    const rows = [{ step: 1, prompt: "a", answer: "2", score: 0.5, gold: "3" }];
    const { steps } = await read(file(rows), { rewardColumn: "score", truthColumn: "gold" });
    expect(steps[0]!.groups[0]).toMatchObject({ paid: { rewards: [0.5] }, truth: "3" });
  });

  it.each<[string, readonly object[], string, Partial<AuditConfig>?]>([
    [
      "steps out of order",
      [
        { step: 2, prompt: "a", answer: "1" },
        { step: 1, prompt: "a", answer: "1" },
      ],
      "audit-step-order",
    ],
    [
      "a sample twice",
      [
        { step: 1, prompt: "a", group: 1, sample: 0, answer: "1" },
        { step: 1, prompt: "a", group: 1, sample: 0, answer: "2" },
      ],
      "audit-row-repeated",
    ],
    [
      "two prompts in a group",
      [
        { step: 1, prompt: "a", group: 1, answer: "1" },
        { step: 1, prompt: "b", group: 1, answer: "1" },
      ],
      "audit-group-mixed",
    ],
    [
      "no prompt",
      [
        { step: 1, prompt: "a", answer: "1" },
        { step: 1, answer: "1" },
      ],
      "audit-column",
    ],
    ["neither answer nor text", [{ step: 1, prompt: "a" }], "audit-column"],
    ["a step that is none", [{ step: 1.5, prompt: "a", answer: "1" }], "audit-column"],
    ["a reward that is text", [{ step: 1, prompt: "a", answer: "1", reward: "high" }], "audit-column"],
    [
      "a reward column that is not there",
      [{ step: 1, prompt: "a", answer: "1" }],
      "audit-column",
      { rewardColumn: "score" },
    ],
    ["rows of something else", [{ loss: 1 }], "audit-format-unknown"],
    ["no rows", [], "audit-format-unknown"],
    ["no rows, of a format that is named", [], "audit-no-rollouts", { format: "jsonl" }],
  ])("%s", async (_, rows, code, rest) => {
    await expect(audit(configOf(file(rows), rest))).rejects.toMatchObject({ code });
  });

  it("NaN, as Python writes it, is no JSON, and the line is named", async () => {
    const path = file([{ step: 1, prompt: "a", answer: "1" }]);
    writeFileSync(
      path,
      '{"step":1,"prompt":"a","answer":"1"}\n{"step":1,"prompt":"a","answer":"1","reward":NaN}\n',
    );
    await expect(audit(configOf(path))).rejects.toMatchObject({
      code: "jsonl-malformed",
      where: `${path}:2`,
    });
  });

  it("keeps texts, so that prompts can be shown before and after", async () => {
    const row = (step: number, text: string) => ({ step, prompt: "1+1", completion: text, truth: "2" });
    const { beforeAfter } = await audit(
      configOf(
        file([row(1, "\\boxed{2}"), row(1, "\\boxed{2}."), row(2, "\\boxed{3}"), row(2, "I say \\boxed{3}")]),
      ),
    );
    expect(beforeAfter).toMatchObject([
      {
        prompt: "1+1",
        before: { step: 1, majority: "2", right: true, completion: "\\boxed{2}" },
        after: { step: 2, majority: "3", right: false, completion: "\\boxed{3}" },
      },
    ]);
  });
});
