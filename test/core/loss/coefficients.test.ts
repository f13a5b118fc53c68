/** Coefficients are derivatives of the loss by the logprobs: compared with differences, and with the embedded engine elsewhere. */
import { describe, expect, it } from "vitest";
import { lossCoefficients } from "../../../src/core/loss/coefficients.js";
import type { PolicyLoss } from "../../../src/core/loss/loss.js";

const weights = [0.7, -0.4, 1.2, -0.9, 0.3];
const sampled = [-1.1, -0.6, -2.2, -0.9, -1.4];
/** Ratios on either side of every bound, none at one. */
const current = [-0.7, -1.3, -2.25, -0.2, -1.38];
const reference = [-0.9, -1, -2, -0.8, -1.1];
const scales = [0.2, 0.1, 0.3, 0.2, 0.2];

const losses: readonly PolicyLoss[] = [
  { kind: "importance-sampling" },
  { kind: "ppo-clip", low: 0.2, high: 0.2 },
  { kind: "ppo-clip", low: 0.2, high: 0.28, dualClip: 1.5 },
  { kind: "importance-sampling", kl: { estimator: "k1", coefficient: 0.3, corrected: false } },
  { kind: "importance-sampling", kl: { estimator: "k2", coefficient: 0.3, corrected: true } },
  { kind: "ppo-clip", low: 0.2, high: 0.2, kl: { estimator: "k3", coefficient: 0.3, corrected: true } },
];

describe("losses as coefficients", () => {
  it.each(losses)("$kind: −∂L/∂log π", (loss) => {
    const at = (own: readonly number[]) =>
      lossCoefficients(loss, { weights, sampled, current: own, reference, scales });
    const { coefficients } = at(current);
    current.forEach((_, t) => {
      const moved = (by: number) => at(current.map((own, i) => (i === t ? own + by : own))).loss;
      expect(coefficients[t]).toBeCloseTo(-(moved(1e-6) - moved(-1e-6)) / 2e-6, 5);
    });
  });

  it("gspo weighs every token by the ratio of the sequence, within its bounds", () => {
    const mean = current.reduce((sum, own, t) => sum + (own - sampled[t]!) / 5, 0);
    const wide = lossCoefficients({ kind: "gspo", low: 1, high: 9 }, { weights, sampled, current });
    wide.coefficients.forEach((own, t) => {
      expect(own).toBeCloseTo(weights[t]! * Math.exp(mean), 9);
    });
    expect(wide.clipped).toBe(0);
    const tight = lossCoefficients({ kind: "gspo", low: 0, high: 0 }, { weights, sampled, current });
    // Clipped where the bound is the smaller: on one side of the weight's sign.
    expect(tight.coefficients.filter((own) => own === 0).length).toBe(tight.clipped);
  });

  it("cispo holds the clipped ratio fixed", () => {
    const { coefficients, clipped } = lossCoefficients(
      { kind: "cispo", low: 0.2, high: 0.2 },
      { weights, sampled, current },
    );
    coefficients.forEach((own, t) => {
      const ratio = Math.exp(current[t]! - sampled[t]!);
      expect(own).toBeCloseTo(weights[t]! * Math.min(1.2, Math.max(0.8, ratio)), 9);
    });
    expect(clipped).toBe(3);
  });
});
