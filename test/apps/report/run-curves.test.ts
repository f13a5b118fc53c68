import { expect, it } from "vitest";
import { runCurves } from "../../../src/apps/report/run-curves.js";
import type { SeriesPoint } from "../../../src/apps/report/series.js";

const run = (rewards: readonly number[]) => {
  const records: SeriesPoint[] = rewards.map((reward, i) => ({
    kind: "step",
    step: i + 1,
    metrics: { reward, accuracy: 0.5 },
  }));
  return String(runCurves([{ label: "mine", arm: "srt", records }]));
};

it("draws reward against accuracy where the reward is on the same scale, and not where it is nats or points", () => {
  const heading = "Reward against true accuracy";
  expect(run([0.2, 0.9])).toContain(heading);
  for (const rewards of [
    [0.2, 1.5],
    [-0.3, 0.2],
  ]) {
    expect(run(rewards)).not.toContain(heading);
    expect(run(rewards)).toContain("Mean reward of the trained rollouts");
  }
});

it("draws the probe where there is one, under names of the catalogue", () => {
  const heading = "Every metric of the probe";
  expect(run([0.2, 0.9])).not.toContain(heading);
  const records: SeriesPoint[] = [0, 5].map((step) => ({
    kind: "probe",
    step,
    metrics: { agreement: 0.5, lockedAfterFlipShare: 0.25, excessAnswer: "7" },
  }));
  const page = String(runCurves([{ label: "mine", arm: "srt", records }]));
  expect(page).toContain(heading);
  expect(page).toContain("Locked after a flip");
  expect(page).not.toContain("Answer of the excess share");
});

it("draws the factors of the gap, and agreement beside that which needs no prompt, where they were logged", () => {
  const headings = [
    "The hacking gap: how often, by how much",
    "Agreement, and how much of it needs no prompt",
  ];
  for (const heading of headings) expect(run([0.2, 0.9])).not.toContain(heading);
  const metrics = { wrongLabelShare: 0.4, wrongLabelLead: 0.2, agreement: 0.6, promptFreeAgreement: null };
  const page = (changes: object) =>
    String(
      runCurves([
        {
          label: "mine",
          arm: "srt",
          records: [1, 2].map((step) => ({ kind: "step", step, metrics: { ...metrics, ...changes } })),
        },
      ]),
    );
  expect(page({ promptFreeAgreement: 0.1 })).toContain(headings[0]);
  expect(page({ promptFreeAgreement: 0.1 })).toContain(headings[1]);
  // A lead below 0, as a fixed teacher's may be, is drawn; what was never known is not.
  expect(page({ wrongLabelLead: -0.1 })).toContain(headings[0]);
  expect(page({})).not.toContain(headings[1]);
});
