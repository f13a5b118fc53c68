import { createHash } from "node:crypto";
import { Script } from "node:vm";
import { expect, it } from "vitest";
import type { DemoReportData } from "../../../src/apps/report/demo-data.js";
import { renderDemoReport } from "../../../src/apps/report/demo-report.js";
import { percent, percentInterval } from "../../../src/apps/report/format.js";
import type { PlotData } from "../../../src/apps/report/view/plot-data.js";
import { sampleDemo } from "./sample-data.js";

const data = sampleDemo();
const page = renderDemoReport(data);

/** Contents of the elements of a name whose attributes match. */
const elements = (markup: string, name: string, attributes = ""): string[] =>
  [...markup.matchAll(new RegExp(`<${name}${attributes}>([\\s\\S]*?)</${name}>`, "g"))].map(
    (match) => match[1]!,
  );
const plots = (markup: string): PlotData[] =>
  [...markup.matchAll(/ data-plot="([^"]*)"/g)].map(
    ([, json]) =>
      JSON.parse(
        json!.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&"),
      ) as PlotData,
  );

it("fetches nothing: no source, link or style sheet outside the file", () => {
  const attributes = [...page.matchAll(/\s(?:src|href|action|poster|data|srcset)="([^"]*)"/g)].map(
    (match) => match[1]!,
  );
  expect(attributes.length).toBeGreaterThan(0);
  for (const value of attributes) expect(value).toMatch(/^(#[a-z]+|data:,)$/);
  const style = elements(page, "style").join("");
  expect(style).not.toMatch(/@import|url\(/);
});

it("runs exactly its own script, allowed by its hash, whatever the completions hold", () => {
  const scripts = elements(page, "script");
  expect(scripts).toHaveLength(1);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/
    .exec(page)![1]!
    .replaceAll("&#39;", "'");
  expect(policy).toContain("default-src 'none'");
  for (const text of [...scripts, ...elements(page, "style")]) {
    expect(policy).toContain(createHash("sha256").update(text).digest("base64"));
    expect(text).not.toContain("\r");
  }
  for (const text of scripts) expect(() => new Script(text)).not.toThrow();
  expect(page).not.toMatch(/<img|\sonerror=(?!&)["'a-z]/);
});

it("carries the licence of the plot library", () => {
  expect(page).toContain("The MIT License (MIT)");
});

it("shows the numbers of every arm with their intervals", () => {
  for (const arm of Object.values(data.arms)) {
    for (const value of [arm.mean, arm.maj, arm.greedy, arm.pass]) {
      expect(page).toContain(`<span class="value">${percent(value)}</span>`);
    }
    for (const [low, high] of [arm.meanCi, arm.majCi]) {
      expect(page).toContain(`[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`);
    }
  }
  for (const arm of [data.twoWays.base, data.twoWays.srt]) {
    for (const value of [arm.mean, arm.maj, arm.greedy]) {
      expect(page).toContain(`<span class="value">${percent(value)}</span>`);
    }
    for (const interval of [arm.meanCi, arm.majCi, arm.greedyCi]) {
      expect(page).toContain(percentInterval(interval));
    }
  }
  for (const arm of Object.values(data.collapse)) {
    for (const value of [arm.accuracyEnd, arm.agreementEnd, arm.topShareEnd]) {
      expect(page).toContain(`<b>${percent(value)}</b>`);
    }
  }
});

it("tells of the two ways after the gain and before the collapse", () => {
  const sections = [...page.matchAll(/<section id="([^"]+)"/g)].map((match) => match[1]);
  expect(sections.slice(0, 4)).toEqual(["results", "training", "ways", "collapse"]);
  expect(page).toContain("the majority from 72.8% to 91.3%");
  expect(page).toContain("learned to work them out: 53.5% → 94.5% of the samples");
});

it("plots the values as they were logged", () => {
  const logged = data.collapse.srt.series.map((record) => record.metrics.topShare);
  expect(plots(page).some(({ series }) => JSON.stringify(series[0]!.values) === JSON.stringify(logged))).toBe(
    true,
  );
});

it("has a legend entry for each curve, in the order of the curves", () => {
  const figures = page.match(/<figure class="plot"[\s\S]*?<\/figure>/g)!;
  expect(figures.length).toBe(plots(page).length);
  for (const figure of figures) {
    const colors = [...figure.matchAll(/<button type="button" class="arm-(\w+)"/g)].map((match) => match[1]);
    expect(colors).toEqual(plots(figure)[0]!.series.map(({ color }) => color));
  }
});

it("leaves out what was not measured, and keeps gaps as gaps", () => {
  const { pass: _, passCi: __, ...base } = data.arms.base;
  const arms = Object.fromEntries(
    Object.keys(data.arms).map((arm) => [arm, base]),
  ) as unknown as DemoReportData["arms"];
  const bare: DemoReportData = {
    arms,
    series: { srt: [], fixedTeacher: [], groundTruth: [] },
    twoWays: { ...data.twoWays, series: [] },
    collapse: {
      srt: {
        ...data.collapse.srt,
        series: [
          { kind: "step", step: 1, metrics: { agreement: 0.5 } },
          { kind: "step", step: 2, metrics: { agreement: Number.NaN } },
        ],
      },
      mitigated: { ...data.collapse.mitigated, series: [] },
    },
    votes: [],
    meta: { ...data.meta, phases: [], nextCommands: [], versions: {} },
  };
  const markup = renderDemoReport(bare);
  expect(markup).not.toContain("pass@16");
  expect(markup).not.toMatch(/id="(training|votes|next)"/);
  expect(markup).not.toContain("token entropy");
  expect(plots(markup)).toHaveLength(1);
  expect(plots(markup)[0]!.series).toMatchObject([{ color: "srt", steps: [1, 2], values: [0.5, null] }]);
  const text = markup.replace(/<(script|style)[\s\S]*?<\/\1>/g, "");
  expect(text).not.toMatch(/NaN|undefined|\[object/);
});

it("is a function of its data", () => {
  expect(renderDemoReport(sampleDemo())).toBe(page);
});

it("does not claim a gain that the intervals do not show", () => {
  const { base } = data.arms;
  const markup = renderDemoReport({
    ...data,
    arms: { ...data.arms, srt: { ...base, mean: base.mean + 0.02 } },
  });
  expect(elements(markup, "h1")[0]).toContain("no clear gain");
});
