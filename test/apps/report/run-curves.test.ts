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
