/** Why labels are wrong and where false pay goes, by hand. */
import { describe, expect, it } from "vitest";
import { auditSource } from "../../../src/apps/audit/audit.js";
import { renderAuditPage } from "../../../src/apps/audit/page/page.js";
import type { AuditGroup, AuditStep } from "../../../src/apps/audit/source.js";
import { sourceOf } from "./planted.js";

const times = (counts: Readonly<Record<string, number>>): string[] =>
  Object.entries(counts).flatMap(([answer, count]) => Array.from({ length: count }, () => answer));

function group(
  promptId: string,
  counts: Readonly<Record<string, number>>,
  label: string,
  truth: string | null,
): AuditGroup {
  const answers = times(counts);
  const rewards = answers.map((answer) => Number(answer === label));
  return { promptId, answers, paid: { answers, rewards }, label, truth };
}

const stepOf = (
  step: number,
  groups: readonly AuditGroup[],
  logged: Readonly<Record<string, number>> = {},
): AuditStep => ({
  step,
  groups,
  logged,
  sequenceKl: null,
});

const whyOf = (omitted: readonly { what: string; why: string }[], what: string) =>
  omitted.find((own) => own.what === what)?.why;

describe("why labels are wrong", () => {
  const steps = [
    stepOf(1, [group("a", { 5: 120, 7: 80 }, "5", "5")]),
    stepOf(2, [
      // 300 votes with those of the step before: right in both.
      group("a", { 5: 100 }, "5", "5"),
      group("b", { 9: 256 }, "9", "8"),
      group("c", { 3: 200, 4: 100 }, "4", "3"),
      group("d", { 3: 200, 4: 100 }, "4", "4"),
      // Too few votes, and so in no share.
      group("e", { 1: 255 }, "1", "2"),
    ]),
    ...[3, 4, 5, 6].map((step) => stepOf(step, [group("f", { 1: 2 }, "1", "1")])),
    stepOf(7, [group("a", { 5: 156 }, "5", "5")]),
  ];

  it("is split where a prompt has 256 votes within five steps", async () => {
    const { labelError, omitted } = await auditSource(sourceOf(steps));
    const rest = [null, null, null, null, null];
    expect(labelError).toEqual({
      groups: [null, 4, ...rest],
      error: [null, 0.5, ...rest],
      wrongMajority: [null, 0.5, ...rest],
      unlucky: [null, 0.25, ...rest],
      lucky: [null, 0.25, ...rest],
    });
    expect(whyOf(omitted, "label error split")).toBeUndefined();
  });

  it("is not said of fewer votes, nor of prompts without a true answer", async () => {
    const few = await auditSource(sourceOf([steps[0]!, ...steps.slice(2)]));
    expect(few.labelError).toBeNull();
    expect(whyOf(few.omitted, "label error split")).toMatch(/256 votes within 5 steps \(the most is 200\)/);
    const unknown = await auditSource(sourceOf([stepOf(1, [group("a", { 5: 300 }, "5", null)])]));
    expect(unknown.labelError).toBeNull();
    expect(whyOf(unknown.omitted, "label error split")).toBeUndefined();
  });
});

describe("false pay by kind", () => {
  const prompts = Array.from({ length: 10 }, (_, i) => i);
  const honest = (step: number) =>
    stepOf(
      step,
      prompts.map((i) => group(`p${i}`, { [100 + i]: 2 }, String(100 + i), String(100 + i))),
    );
  // Of ten prompts eight turn to one answer, and two are wrong by themselves.
  const hacked = (logged: Readonly<Record<string, number>>) =>
    stepOf(
      4,
      prompts.map((i) =>
        i < 8
          ? group(`p${i}`, { 1: 2 }, "1", String(100 + i))
          : group(`p${i}`, { [200 + i]: 2 }, String(200 + i), String(100 + i)),
      ),
      logged,
    );
  const first = [1, 2, 3].map(honest);

  it("tells a spreading answer from others, and says what texts would be needed for", async () => {
    const { falsePay, omitted } = await auditSource(sourceOf([...first, hacked({})]));
    expect(falsePay).toEqual({
      toAttractor: [null, null, null, expect.closeTo(0.8, 10)],
      toContradiction: [null, null, null, null],
      toOwnError: [null, null, null, null],
    });
    expect(whyOf(omitted, "false pay to contradictions")).toContain("training logged none");
  });

  it("has the kinds that training logged, which add up to all", async () => {
    const logged = { falsePayToAttractor: 0.75, falsePayToContradiction: 0.125 };
    const found = await auditSource(sourceOf([...first, hacked(logged)]));
    expect(found.falsePay).toEqual({
      toAttractor: [null, null, null, 0.75],
      toContradiction: [null, null, null, 0.125],
      toOwnError: [null, null, null, 0.125],
    });
    expect(whyOf(found.omitted, "false pay to contradictions")).toBeUndefined();
    expect(renderAuditPage(found)).toContain("Where false pay goes");
  });

  it("is nothing where no wrong answer was paid, and says so", async () => {
    const found = await auditSource(sourceOf([...first, honest(4)]));
    expect(found.falsePay).toBeNull();
    expect(whyOf(found.omitted, "false pay by kind")).toContain("no wrong answer was paid");
    expect(renderAuditPage(found)).not.toContain("Where false pay goes");
  });
});
