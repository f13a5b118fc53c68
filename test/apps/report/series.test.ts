import { expect, it } from "vitest";
import { stepPlot } from "../../../src/apps/report/metric-plots.js";
import {
  curve,
  firstValue,
  lastValue,
  numericMetricNames,
  type SeriesPoint,
} from "../../../src/apps/report/series.js";
import { draw } from "../../../src/apps/report/view/draw.js";
import { PlotFigure, PlotGrid } from "../../../src/apps/report/view/plot.js";

const point = (
  step: number,
  metrics: SeriesPoint["metrics"],
  kind: SeriesPoint["kind"] = "step",
): SeriesPoint => ({
  kind,
  step,
  metrics,
});

it("sorts steps, makes gaps of what is no finite number, and takes the later of two equal steps", () => {
  const records = [
    point(3, { a: Number.NaN }),
    point(1, { a: 1 }),
    point(2, { a: null }),
    point(4, { b: 1 }),
    point(1, { a: 7 }),
    point(5, { a: "text" }),
    point(6, { a: 9 }),
    point(7, { a: 2 }, "eval"),
  ];
  const line = curve(records, "step", "a");
  expect(line).toEqual({ steps: [1, 2, 3, 4, 5, 6], values: [7, null, null, null, null, 9] });
  expect(firstValue(line)).toBe(7);
  expect(lastValue(line)).toBe(9);
});

it("has no curve for a metric without a finite value", () => {
  expect(curve([point(1, { a: Number.NaN }), point(2, {})], "step", "a")).toBeUndefined();
  expect(curve([point(1, { a: 1 })], "eval", "a")).toBeUndefined();
  expect(lastValue(undefined)).toBeUndefined();
});

it("names the metrics that were ever numbers", () => {
  const records = [
    point(1, { a: 1, top: "x", b: Number.NaN }),
    point(2, { b: 2 }),
    point(3, { c: 1 }, "eval"),
  ];
  expect(numericMetricNames(records, "step")).toEqual(["a", "b"]);
});

it("leaves out curves, figures and grids that have nothing to show", () => {
  const logged = { label: "SRT", arm: "srt", records: [point(1, { agreement: 0.5 })] } as const;
  const silent = { label: "other", arm: "mitigated", records: [point(1, {})] } as const;
  const figure = draw(PlotFigure, { spec: stepPlot("agreement", [logged, silent], { group: "g" }) })!.markup;
  expect(figure).toContain("SRT <b>50.0%</b>");
  expect(figure).not.toContain("other");
  expect(draw(PlotFigure, { spec: stepPlot("agreement", [silent], { group: "g" }) })).toBeUndefined();
  expect(draw(PlotGrid, { specs: [stepPlot("kl", [logged, silent], { group: "g" })] })).toBeUndefined();
});
