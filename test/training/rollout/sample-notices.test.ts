import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerRules } from "../../../src/core/answer/extract/rules.js";
import type { FinishReason, Group } from "../../../src/group.js";
import type { TrainerEvent } from "../../../src/run/observer.js";
import { SampleNotices, sampleNotices } from "../../../src/training/rollout/sample-notices.js";

interface Sample {
  readonly text?: string;
  readonly answer: string | null;
  readonly finish?: FinishReason;
}

const group = (id: string, samples: readonly Sample[]): Group => ({
  prompt: { id, text: `${id}?` },
  promptTokens: [1],
  policyVersion: 0,
  rollouts: samples.map(({ text = "So we get 12", answer, finish = "stop" }) => ({
    text,
    tokens: [1],
    logprobs: new Float32Array(1),
    finish,
    answer,
  })),
});

const answered: Sample = { answer: "12" };
const silent: Sample = { answer: null };
const cut: Sample = { text: "and then", answer: null, finish: "length" };
const codes = (samples: readonly Sample[]) =>
  sampleNotices("step 1", [group("a", samples)], { maxNewTokens: 8 }).map(({ code }) => code);

describe("sampleNotices", () => {
  it.each([
    [[answered, answered, silent], []],
    // Half is not more than half.
    [[answered, silent], []],
    [[silent, silent, answered], ["no-answers"]],
    [
      [cut, cut, answered],
      ["truncated", "no-answers"],
    ],
    [[cut, silent, answered, answered], []],
    [[cut, silent, answered], ["no-answers"]],
    [[{ ...cut, answer: "3" }, { ...cut, answer: "3" }, answered], ["truncated"]],
    [[{ answer: "  " }], ["no-answers"]],
  ] as const)("says of %j: %j", (samples, expected) => {
    expect(codes(samples)).toEqual(expected);
  });

  it("follows the shares whatever the samples", () => {
    const sample = fc.constantFrom<Sample>(answered, silent, cut, { ...cut, answer: "3" });
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1, maxLength: 12 }), (samples) => {
        const share = (holds: (s: Sample) => boolean) => samples.filter(holds).length / samples.length;
        expect(codes(samples)).toEqual([
          ...(share(({ finish }) => finish === "length") > 0.5 ? ["truncated"] : []),
          ...(share(({ answer }) => answer === null) > 0.5 ? ["no-answers"] : []),
        ]);
      }),
    );
  });

  it("shows the end of one that ended by itself, the rules that were tried, and the remedy", () => {
    const long = `${"x".repeat(400)}So we get 12`;
    const reading = { rules: answerRules(["boxed", "delimited"]) };
    const groups = [group("p", [cut, { text: long, answer: null }, silent])];
    const [notice] = sampleNotices("step 1", groups, { maxNewTokens: 8, reading });
    expect(notice).toMatchObject({ code: "no-answers", found: { promptId: "p", finish: "stop" } });
    const { completion } = notice!.found as { completion: string };
    expect(completion).toMatch(/^…x+So we get 12$/);
    expect(completion.length).toBeLessThan(250);
    expect(notice!.message).toContain("3 of 3 completions of step 1 (100.0%)");
    expect(notice!.expected).toMatch(/: boxed, delimited$/);
    expect(notice!.remedy).toMatch(/--rules.*--instruction.*selftrain generate/);
  });

  it("names the token limit where most were cut, and the default rules where none are given", () => {
    const notices = sampleNotices("step 1", [group("p", [cut])], { maxNewTokens: 8 });
    for (const { remedy } of notices) expect(remedy).toContain("--max-new-tokens (8)");
    expect(notices[1]!.expected).toContain("tag, final, boxed");
  });
});

it("says each once, and looks at the first samples of a kind alone", () => {
  const events: TrainerEvent[] = [];
  const notices = new SampleNotices({ maxNewTokens: 8 }, (event) => events.push(event));
  const said = () => events.map((event) => (event.type === "notice" ? event.code : ""));
  notices.look("evaluation", "the evaluation at step 0", [group("a", [silent])]);
  notices.look("step", "step 1", [group("a", [silent])]);
  expect(said()).toEqual(["no-answers"]);
  notices.look("step", "step 2", [group("a", [cut])]);
  expect(said()).toEqual(["no-answers"]);
});
