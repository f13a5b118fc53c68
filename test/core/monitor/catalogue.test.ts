import { describe, expect, it } from "vitest";
import {
  METRIC_SECTIONS,
  METRICS,
  metricInfo,
  metricNamed,
} from "../../../src/core/monitor/catalogue/index.js";

const all = METRIC_SECTIONS.flatMap(({ metrics }) => Object.entries(metrics));

describe("the catalogue of metrics", () => {
  it("has each key once", () => {
    expect(new Set(all.map(([key]) => key)).size).toBe(all.length);
    expect(Object.keys(METRICS)).toHaveLength(all.length);
  });

  it.each(all)("%s is said in whole sentences, under a title of its own", (key, { title, help, reading }) => {
    expect(help).toMatch(/^\S.*[^.]\.$/);
    if (reading !== undefined) expect(reading).toMatch(/^\S.*[^.]\.$/);
    expect(all.filter(([, other]) => other.title === title).map(([name]) => name)).toEqual([key]);
  });

  it("knows the ends of an interval by their metric, and no other name", () => {
    expect(metricNamed("meanLow")).toBe(METRICS.mean);
    expect(metricNamed("bestOfNHigh")).toBe(METRICS.bestOfN);
    for (const name of ["Low", "nothing", "toString", "constructor", "__proto__"])
      expect(metricNamed(name)).toBeUndefined();
    expect(metricInfo("mine")).toMatchObject({ title: "mine", help: "" });
  });
});
