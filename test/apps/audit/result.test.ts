/** The keys of `--json`, which programs read: a change here is a change for them. */
import { describe, expect, it } from "vitest";
import { auditSource } from "../../../src/apps/audit/audit.js";
import { logistic, planted } from "./planted.js";

/** Keys with those below them; of a list those of its first item. */
function keysOf(value: unknown): unknown {
  if (Array.isArray(value))
    return typeof value[0] === "object" && value[0] !== null ? [keysOf(value[0])] : "list";
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, keysOf(own)]));
}

const slope = { value: "number", low: "number", high: "number" };
const fit = {
  start: "number",
  alpha: "number",
  beta: "number",
  peak: "number",
  height: "number",
  error: "number",
  explained: "number",
};
const vote = { step: "number", majority: "string", right: "boolean", completion: "null" };

describe("the keys of an audit", () => {
  it("stand in the order of the page, and are these", async () => {
    const source = planted({
      steps: 60,
      skill: () => 0.9,
      taken: logistic(40, 8),
      sequenceKl: (step) => 0.01 * step ** 2,
      logged: (step) => ({ kl: 0.01 * step, entropy: 1 - 0.01 * step, gradNorm: step % 7 }),
    });
    const found = JSON.parse(JSON.stringify(await auditSource(source)));
    expect(keysOf(found)).toEqual({
      path: "string",
      format: "string",
      rollouts: "number",
      steps: "list",
      verdict: { sentence: "string", wrong: "boolean" },
      onset: {
        start: "number",
        peak: "number",
        peakStep: "number",
        tolerance: "number",
        step: "number",
        interval: { low: "number", high: "number" },
        found: "number",
        window: "number",
        fromPeak: { rewardSlope: slope, accuracySlope: slope, hacking: "boolean" },
        transition: { from: "number", to: "number", centre: "number", width: "number", error: "number" },
      },
      phases: {
        window: "number",
        labelled: "boolean",
        spans: [{ phase: "string", from: "number", to: "number", wrong: "boolean" }],
      },
      gap: { reward: "list", accuracy: "list", gap: "list", wrongLabelShare: "list", wrongLabelLead: "list" },
      payments: { paidWrong: "list", unpaidRight: "list", proxyAlignment: "list", drift: "list" },
      labelError: "null",
      falsePay: { toAttractor: "list", toContradiction: "list", toOwnError: "list" },
      goodhart: {
        points: [{ step: "number", distance: "number", reward: "number", accuracy: "number" }],
        accuracy: { reinforcement: fit, bestOfN: fit },
        reward: { reinforcement: expect.any(Object), bestOfN: expect.any(Object) },
      },
      reliability: [
        {
          at: "string",
          from: "number",
          to: "number",
          votes: "number",
          agreement: "number",
          majorityAccuracy: "number",
          auroc: "null",
          brier: {
            score: "number",
            reliability: "number",
            resolution: "number",
            uncertainty: "number",
            withinBins: "number",
          },
          ece: "number",
          bins: [
            expect.objectContaining({
              from: "number",
              to: "number",
              count: "number",
              interval: { low: "number", high: "number" },
            }),
          ],
        },
      ],
      signs: {
        agreement: "list",
        promptFreeAgreement: "list",
        withinPromptAgreement: "list",
        crossPromptAgreement: "list",
        excessShare: "list",
        effectiveAnswersRatio: "list",
        distinctMajorityShare: "list",
        noAnswerShare: "list",
        attractor: { answer: "string", excess: "number", error: "number" },
      },
      probe: "null",
      movedFirst: {
        signals: [
          {
            signal: "string",
            baseline: "boolean",
            step: "number",
            direction: "string",
            lead: "number",
            leadInWidths: "number",
          },
        ],
        unknown: "list",
      },
      alarms: "list",
      fates: {
        of: "string",
        prompts: "number",
        stayedRight: "number",
        learned: "number",
        corrupted: "number",
        stayedWrong: "number",
        unmatched: "number",
      },
      beforeAfter: [{ promptId: "string", prompt: "string", before: vote, after: vote }],
      firstMovers: [{ promptId: "string", step: "number", before: "string", prompt: "null" }],
      whatToTry: [{ what: "string", effect: "string", page: "string" }],
      omitted: [{ what: "string", why: "string" }],
      notices: "list",
    });
    expect(Object.keys(found)).toEqual([
      "path",
      "format",
      "rollouts",
      "steps",
      "verdict",
      "onset",
      "phases",
      "gap",
      "payments",
      "labelError",
      "falsePay",
      "goodhart",
      "reliability",
      "signs",
      "probe",
      "movedFirst",
      "alarms",
      "fates",
      "beforeAfter",
      "firstMovers",
      "whatToTry",
      "omitted",
      "notices",
    ]);
    for (const series of [found.gap, found.payments])
      for (const values of Object.values(series)) expect(values).toHaveLength(60);
  });

  it("are the same, with nulls, where hardly anything is known", async () => {
    const found = await auditSource(
      planted({ steps: 1, samples: 1, skill: () => 1, labelled: false, rewarded: false }),
    );
    expect(found).toMatchObject({
      onset: null,
      gap: null,
      payments: null,
      goodhart: null,
      probe: null,
      fates: null,
    });
    expect(found).toMatchObject({ reliability: [], beforeAfter: [], firstMovers: [] });
    expect(Object.keys(found)).toHaveLength(23);
  });
});
