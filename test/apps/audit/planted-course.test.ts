/** What an audit says of runs whose answer is known. */
import { describe, expect, it } from "vitest";
import { auditSource } from "../../../src/apps/audit/audit.js";
import { ATTRACTOR, logistic, planted } from "./planted.js";

const steady = () => 0.6;

describe("a planted collapse", () => {
  it.each([
    { steps: 60, centre: 40, width: 8 },
    { steps: 60, centre: 25, width: 4 },
    { steps: 200, centre: 120, width: 40 },
  ])(
    "onset, attractor and phases of $steps steps, taken over around step $centre",
    async ({ steps, centre, width }) => {
      const taken = logistic(centre, width);
      const found = await auditSource(planted({ steps, skill: steady, taken }));
      // Accuracy is 0.6 (1 − 0.95 taken): 5 points are lost where that is below 0.55.
      const planned = Array.from({ length: steps }, (_, i) => i + 1).find(
        (step) => 0.6 * 0.95 * taken(step) > 0.05,
      )!;
      const { onset, phases, signs, verdict, movedFirst } = found;
      expect(onset!.step).toBeGreaterThanOrEqual(planned - 2);
      expect(onset!.step).toBeLessThanOrEqual(planned + onset!.window);
      expect(onset!.interval!.low).toBeLessThanOrEqual(onset!.step!);
      expect(onset!.interval!.high).toBeGreaterThanOrEqual(onset!.step!);
      expect(onset!.found).toBeGreaterThan(0.97);
      expect(Math.abs(onset!.transition!.centre - centre)).toBeLessThan(width / 2);
      expect(onset!.transition!.width / width).toBeGreaterThan(0.5);
      expect(onset!.transition!.width / width).toBeLessThan(2);
      expect(phases.spans.at(-1)).toMatchObject({ phase: "collapsed", to: steps, wrong: true });
      // A fall that is shorter than the window is a collapse before it is seen to be hacking.
      const hacking = phases.spans.some(
        ({ phase, from, to }) => phase === "hacking" && from <= centre && to >= centre - width,
      );
      expect(hacking).toBe(width > phases.window / 2);
      expect(signs.attractor).toMatchObject({ answer: ATTRACTOR });
      expect(signs.attractor!.excess).toBeCloseTo(0.95, 1);
      expect(verdict.wrong).toBe(true);
      expect(verdict.sentence).toMatch(
        /^Collapsed: accuracy peaked at 6\d\.\d% .* was lost from step \d+ \[\d+, \d+\].*"1", took over\.$/,
      );
      const phi = movedFirst.signals.find(({ signal }) => signal === "promptFreeAgreement")!;
      expect(phi.step).toBeLessThanOrEqual(centre + width);
      expect(phi.lead).toBe(onset!.step! - phi.step!);
      expect(phi.leadInWidths).toBeCloseTo(phi.lead! / onset!.transition!.width, 10);
    },
  );

  it("names the prompts that the attractor took first, and what they answered before", async () => {
    const found = await auditSource(planted({ steps: 60, skill: () => 0.9, taken: logistic(40, 8) }));
    expect(found.firstMovers).toHaveLength(5);
    for (const { step, before } of found.firstMovers) {
      expect(before).not.toBe(ATTRACTOR);
      expect(step).toBeGreaterThan(25);
    }
    expect(found.firstMovers.map(({ step }) => step)).toEqual(
      found.firstMovers.map(({ step }) => step).toSorted((a, b) => a - b),
    );
  });

  it("is found without true answers, by φ", async () => {
    const found = await auditSource(
      planted({ steps: 60, skill: steady, taken: logistic(40, 8), labelled: false }),
    );
    expect(found).toMatchObject({ onset: null, gap: null, payments: null, reliability: [], fates: null });
    expect(found.verdict.wrong).toBe(true);
    expect(found.verdict.sentence).toMatch(/^Collapsed: from step 4\d on most agreement needs no prompt/);
    expect(new Set(found.phases.spans.map(({ phase }) => phase))).toEqual(
      new Set(["undecided", "collapsed"]),
    );
    expect(found.omitted.map(({ what }) => what)).toContain("accuracy, onset, gap, payments, reliability");
  });

  it("without rewards, agreement stands in their place, and it is said", async () => {
    const found = await auditSource(
      planted({ steps: 60, skill: steady, taken: logistic(40, 8), rewarded: false }),
    );
    expect(found.gap).toBeNull();
    expect(found.verdict.wrong).toBe(true);
    expect(found.onset!.step).not.toBeNull();
    expect(found.omitted.map(({ what }) => what)).toContain("reward, gap, payments");
  });
});

describe("hacking that goes on, short of a collapse", () => {
  it("is wrong where it lasts: wrong majorities grow while agreement does", async () => {
    // Skill has room above its start to lose: it rises first, and is above the start at the end.
    const skill = (step: number) => 0.45 + 0.3 * Math.min(1, step / 40);
    const taken = (step: number) => 0.3 * Math.min(1, Math.max(0, (step - 50) / 20));
    const found = await auditSource(planted({ steps: 100, prompts: 256, skill, taken }));
    expect(found.phases.spans.find(({ phase, wrong }) => phase === "hacking" && wrong)).toBeDefined();
    expect(found.phases.spans.some(({ phase }) => phase === "collapsed")).toBe(false);
    expect(found.verdict.wrong).toBe(true);
  });
});

describe("hacking that single windows do not show", () => {
  it("is told by the slopes from the peak to the end", async () => {
    const skill = (step: number) => 0.45 + 0.3 * Math.min(1, step / 40);
    const taken = (step: number) => 0.3 * Math.min(1, Math.max(0, (step - 50) / 20));
    const found = await auditSource(planted({ steps: 100, prompts: 128, skill, taken }));
    expect(found.phases.spans.some(({ wrong }) => wrong)).toBe(false);
    expect(found.onset!.fromPeak).toMatchObject({ hacking: true });
    expect(found.onset!.fromPeak!.rewardSlope!.low).toBeGreaterThan(0);
    expect(found.onset!.fromPeak!.accuracySlope!.high).toBeLessThan(0);
    expect(found.verdict).toMatchObject({ wrong: true, sentence: expect.stringMatching(/^Hacked: /) });
  });
});

describe("a base that can hardly do its prompts", () => {
  const skill = () => 0.02;

  it("has no accuracy to lose, and collapses all the same where one answer takes over", async () => {
    const found = await auditSource(planted({ steps: 40, skill, taken: logistic(20, 6) }));
    expect(found.onset!.step).toBeNull();
    expect(found.phases.spans.at(-1)).toMatchObject({ phase: "collapsed", to: 40 });
    expect(found.verdict.wrong).toBe(true);
    expect(found.verdict.sentence).toMatch(
      /^Collapsed from step \d+ on: the part of agreement that needs no prompt/,
    );
    expect(found.omitted.map(({ what }) => what)).toContain("leads of signals");
  });

  it.each([true, false])("says the same to all from the start: no collapse (labels %s)", async (labelled) => {
    const found = await auditSource(planted({ steps: 40, skill, taken: () => 1, labelled }));
    expect(found.signs.promptFreeAgreement[0]).toBeGreaterThan(0.9);
    expect(found.verdict.wrong).toBe(false);
  });
});

describe("healthy runs", () => {
  it.each(Array.from({ length: 8 }, (_, seed) => seed))(
    "are not called wrong, rising and then steady (seed %i)",
    async (seed) => {
      const skill = (step: number) => 0.5 + 0.3 * Math.min(1, step / 40);
      const found = await auditSource(planted({ steps: 120, skill, seed }));
      expect(found.verdict.wrong).toBe(false);
      expect(found.onset!.step).toBeNull();
      expect(found.signs.attractor).toBeNull();
      expect(found.phases.spans[0]!.phase).toBe("improving");
      expect(found.verdict.sentence).toMatch(
        /^Nothing lost: accuracy went from 5\d\.\d% to (7[89]|8[0-2])\.\d%/,
      );
      expect(
        found.movedFirst.signals.find(({ signal }) => signal === "promptFreeAgreement")!.step,
      ).toBeNull();
    },
  );

  it("an answer that was common from the start is no attractor", async () => {
    const found = await auditSource(planted({ steps: 60, skill: steady, taken: () => 0.3 }));
    expect(found.signs.attractor).toBeNull();
    expect(found.verdict.wrong).toBe(false);
  });
});

describe("figures of the page", () => {
  it("the gap is the product of its factors, and of the payments the difference", async () => {
    const { gap, payments } = await auditSource(
      planted({ steps: 40, skill: steady, taken: logistic(20, 10) }),
    );
    gap!.gap.forEach((value, i) => {
      expect(value).toBeCloseTo(gap!.reward[i]! - gap!.accuracy[i]!, 10);
      // Where every label is right there is no lead.
      expect(value).toBeCloseTo(gap!.wrongLabelShare[i]! * (gap!.wrongLabelLead[i] ?? 0), 10);
      expect(value).toBeCloseTo(payments!.paidWrong[i]! - payments!.unpaidRight[i]!, 10);
    });
  });

  it("a planted Goodhart curve is fitted: R₀ 0.3, α 0.5, β 0.4", async () => {
    const distance = (step: number) => 0.05 * step;
    const skill = (step: number) => 0.3 + distance(step) * (0.5 - 0.4 * Math.log(distance(step)));
    const source = planted({ steps: 60, prompts: 64, skill, sequenceKl: (step) => distance(step) ** 2 });
    const { goodhart } = await auditSource(source);
    const fit = goodhart!.accuracy!.reinforcement!;
    expect(fit.start).toBeCloseTo(0.3, 1);
    expect(fit.alpha).toBeCloseTo(0.5, 1);
    expect(fit.beta).toBeCloseTo(0.4, 1);
    expect(fit.peak).toBeCloseTo(Math.exp(0.5 / 0.4 - 1), 0);
    expect(fit.error).toBeLessThan(goodhart!.accuracy!.bestOfN!.error);
    expect(goodhart!.points[19]!.distance).toBeCloseTo(1, 10);
  });

  it("agreement means less at the end than at the peak", async () => {
    const { reliability } = await auditSource(
      planted({ steps: 60, skill: () => 0.35, taken: logistic(40, 8) }),
    );
    expect(reliability.map(({ at }) => at)).toEqual(["start", "peak", "end"]);
    const [start, , end] = reliability;
    expect(start!.majorityAccuracy).toBeGreaterThan(0.9);
    expect(end).toMatchObject({ to: 60 });
    expect(end!.majorityAccuracy).toBeLessThan(0.05);
    expect(end!.agreement).toBeGreaterThan(0.9);
    expect(end!.ece).toBeGreaterThan(start!.ece);
  });

  it("fates of prompts that training met again", async () => {
    const { fates, beforeAfter } = await auditSource(
      planted({ steps: 60, skill: () => 0.9, taken: logistic(40, 8) }),
    );
    expect(fates!.of).toBe("training");
    expect(fates!.stayedRight + fates!.learned + fates!.corrupted + fates!.stayedWrong).toBe(fates!.prompts);
    expect(fates!.corrupted).toBeGreaterThan(fates!.learned);
    expect(beforeAfter).toHaveLength(5);
    for (const { before, after } of beforeAfter) expect([before.right, after.right]).toEqual([true, false]);
  });
});

describe("little to look at", () => {
  it("one step is described, and nothing is concluded", async () => {
    const found = await auditSource(planted({ steps: 1, skill: steady }));
    expect(found.verdict).toMatchObject({
      wrong: false,
      sentence: expect.stringMatching(/^One step alone \(1\)/),
    });
    expect(found.onset).toBeNull();
    expect(found.omitted.map(({ what }) => what)).toEqual(
      expect.arrayContaining(["phases, onset", "what moved first"]),
    );
  });

  it("groups of one have no agreement", async () => {
    const found = await auditSource(planted({ steps: 20, prompts: 2, samples: 1, skill: steady }));
    expect(found.signs.agreement.every((value) => value === null)).toBe(true);
    expect(found.signs.promptFreeAgreement.every((value) => value === null)).toBe(true);
    expect(found.reliability).toEqual([]);
    expect(found.omitted.map(({ what }) => what)).toContain("agreement, φ, reliability");
    expect(found.verdict.wrong).toBe(false);
  });

  it("a run without answers is no collapse", async () => {
    const found = await auditSource({
      ...planted({ steps: 1, skill: steady }),
      async *steps() {
        for (let step = 1; step <= 12; step++)
          yield {
            step,
            groups: [0, 1, 2].map((i) => ({
              promptId: `p${i}`,
              answers: [null, " "],
              paid: null,
              label: null,
              truth: null,
            })),
            logged: {},
            sequenceKl: null,
          };
      },
    });
    expect(found.verdict.wrong).toBe(false);
    expect(found.signs.noAnswerShare).toEqual(Array(12).fill(1));
  });
});
