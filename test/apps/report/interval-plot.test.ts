import fc from "fast-check";
import { expect, it } from "vitest";
import { draw } from "../../../src/apps/report/view/draw.js";
import {
  type Estimate,
  IntervalPlot,
  intervalAxis,
  PLOT_WIDTH,
  position,
} from "../../../src/apps/report/view/interval-plot.js";

const share = fc.double({ min: 0, max: 1, noNaN: true });
const estimate: fc.Arbitrary<Estimate> = fc
  .tuple(share, share, share)
  .map((values) => values.sort((a, b) => a - b) as [number, number, number])
  .map(([low, value, high]) => ({ value, interval: [low, high] }));

const attribute = (markup: string, pattern: RegExp): number[] => {
  const match = pattern.exec(markup);
  expect(match, markup).not.toBeNull();
  return match!.slice(1).map(Number);
};

it("holds every estimate within its axis, on ticks of a tenth", () => {
  fc.assert(
    fc.property(fc.array(estimate, { minLength: 1, maxLength: 8 }), (estimates) => {
      const axis = intervalAxis(estimates);
      expect(axis.low).toBeLessThan(axis.high);
      expect(axis.ticks.length).toBeGreaterThanOrEqual(1);
      for (const { value, interval } of estimates) {
        for (const end of [value, ...interval]) {
          expect(end).toBeGreaterThanOrEqual(axis.low - 0.005);
          expect(end).toBeLessThanOrEqual(axis.high + 0.005);
        }
      }
      for (const tick of axis.ticks) expect(Math.round(tick * 10)).toBeCloseTo(tick * 10, 9);
    }),
  );
});

it("keeps positions in order and inside the picture", () => {
  fc.assert(
    fc.property(fc.array(estimate, { minLength: 1 }), share, share, (estimates, a, b) => {
      const axis = intervalAxis(estimates);
      const [left, right] = [position(axis, Math.min(a, b)), position(axis, Math.max(a, b))];
      expect(left).toBeLessThanOrEqual(right);
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(PLOT_WIDTH);
    }),
  );
});

it("draws the bar to the right of the reference band exactly when the interval clears it", () => {
  const base: Estimate = { value: 0.4, interval: [0.36, 0.44] };
  const drawn = (low: number): { barLeft: number; bandRight: number } => {
    const after: Estimate = { value: low + 0.04, interval: [low, low + 0.08] };
    const svg = draw(IntervalPlot, {
      axis: intervalAxis([base, after]),
      arm: "srt",
      estimate: after,
      reference: base,
      description: "SRT",
    })!.markup;
    const [barLeft] = attribute(svg, /class="ci" d="M([\d.]+) /);
    const [x, width] = attribute(svg, /class="reference" x="([\d.]+)" y="0" width="([\d.]+)"/);
    return { barLeft: barLeft!, bandRight: x! + width! };
  };
  const clear = drawn(0.5);
  expect(clear.barLeft).toBeGreaterThan(clear.bandRight);
  const overlapping = drawn(0.42);
  expect(overlapping.barLeft).toBeLessThan(overlapping.bandRight);
});

it("puts dot and whiskers where the numbers are", () => {
  const axis = { low: 0, high: 1, ticks: [0, 0.5, 1] };
  const svg = draw(IntervalPlot, {
    axis,
    arm: "srt",
    estimate: { value: 0.5, interval: [0.25, 0.75] },
    reference: undefined,
    description: "a <b>",
  })!.markup;
  expect(svg).toContain('cx="110"');
  expect(svg).toContain("M60 11H160M60 7v8M160 7v8");
  expect(svg).toContain('aria-label="a &lt;b>"');
  expect(svg).not.toContain('class="reference"');
});

it("has an axis even where nothing is known", () => {
  expect(intervalAxis([])).toEqual({ low: 0, high: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
});
