/** The page and the Markdown of a study: bands, what is missing, hostile texts, and a browser that finds nothing to complain about. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { studyMarkdown } from "../../../src/apps/study/report/markdown.js";
import { renderStudy } from "../../../src/apps/study/report/page.js";
import type { StudyResults } from "../../../src/apps/study/results.js";
import { executable, missing, openPage } from "../../chromium.js";

const hostile = '"><img src=x onerror=alert(1)> | **b** [l](javascript:x)';
const steps = [0, 10, 20];

const results = (more: Partial<StudyResults> = {}): StudyResults => ({
  name: "s",
  called: "s",
  id: "s",
  title: `Does it hold? ${hostile}`,
  claim: { text: hostile, source: "arXiv" },
  note: null,
  minutes: 3,
  smoke: false,
  seeds: [1, 2],
  arms: [
    { name: "base", title: "base", command: "pretrain", base: true },
    { name: "a", title: "SRT", command: "train", base: false },
    { name: "b", title: hostile, command: "train", base: false },
  ],
  complete: true,
  fixed: { sha256: "ab".repeat(32), commit: "cd".repeat(20), changed: [] },
  predictions: [
    {
      says: "It rises.",
      verdict: "agrees",
      rules: [{ rule: { measure: "m", above: 0.01 }, verdict: "agrees", why: null }],
    },
  ],
  measures: [
    {
      name: "m",
      title: "gain",
      unit: "share",
      difference: true,
      bySeed: [0.1, 0.2],
      mean: 0.15,
      overSeeds: [0.02, 0.28],
      overPrompts: [0.1, 0.2],
      interval: [0.02, 0.28],
      missing: [],
    },
  ],
  plots: [
    {
      metric: "eval.mean",
      title: null,
      curves: ["a", "b"].map((arm, i) => ({
        arm,
        steps,
        mean: [0.4, 0.5, 0.6 + 0.1 * i],
        low: [0.3, 0.4, null],
        high: [0.5, 0.6, null],
        seeds: 2,
      })),
    },
  ],
  runs: [
    { name: "a,seed=1", arm: "a", seed: 1, status: "finished", seconds: 12, audit: "Nothing lost." },
    {
      name: "a,seed=2",
      arm: "a",
      seed: 2,
      status: "failed",
      error: { code: "job-killed", message: hostile },
      seconds: null,
      audit: null,
    },
  ],
  seconds: 12,
  ...more,
});

describe("the report", () => {
  it("says the verdict with its rule, its interval, and where it was fixed", () => {
    for (const text of [renderStudy(results()), studyMarkdown(results())]) {
      expect(text).toContain("gain above +1.0 points: +15.0");
      expect(text).toContain("[+2.0, +28.0");
      expect(text).toContain("1 prediction: 1 agrees");
      expect(text).toContain(`SHA-256 ${"ab".repeat(8)}, commit ${"cd".repeat(6)}`);
      expect(text).toContain("selftrain study s");
    }
  });

  it("never shows a part for the whole", () => {
    const part = results({
      complete: false,
      fixed: { sha256: "00", commit: null, changed: ["predictions.0.says"] },
    });
    for (const text of [renderStudy(part), studyMarkdown(part)]) {
      expect(text).toContain("Incomplete: 1 of 2 runs are missing.");
      expect(text).toContain("Judged after the fact");
      expect(text).toContain("failed: job-killed");
    }
  });

  it("makes no markup of texts", () => {
    expect(renderStudy(results())).not.toContain("<img");
    const markdown = studyMarkdown(results());
    expect(markdown).not.toMatch(/(^|[^\\])<img/);
    expect(markdown).not.toMatch(/(^|[^\\])\[l\]/);
    // Every row of a table has the columns of its head.
    for (const table of markdown.split("\n\n").filter((own) => own.startsWith("| "))) {
      const columns = table
        .trimEnd()
        .split("\n")
        .map((row) => row.replace(/\\\|/g, "").split("|").length);
      expect(new Set(columns).size).toBe(1);
    }
  });
});

describe.skipIf(missing)(missing ? `in a browser (skipped: ${missing})` : "in a browser", () => {
  it.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 390 },
  ] as const)(
    "draws bands behind the curves, and hides both: $scheme, $width px",
    async ({ scheme, width }) => {
      const folder = mkdtempSync(join(tmpdir(), "study-page-"));
      const browser = await chromium.launch({ executablePath: executable! });
      try {
        writeFileSync(join(folder, "study.html"), renderStudy(results()));
        const url = pathToFileURL(join(folder, "study.html")).href;
        const { page, requests, problems } = await openPage(browser, url, { width, scheme });
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        const inked = () =>
          page.evaluate<number>(
            `(() => { const c = document.querySelector(".plot canvas"); const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 20; return n; })()`,
          );
        const both = await inked();
        await page.locator(".legend button").first().click();
        const one = await inked();
        await page.locator(".legend button").nth(1).click();
        const none = await inked();
        // An area, not a line: hundreds of pixels go with it.
        expect(one - none).toBeGreaterThan(1000);
        expect(both).toBeGreaterThan(one);
        // The browser has advice for those who read pixels, as this test does.
        expect(problems.filter((text) => !text.startsWith("Canvas2D: Multiple readback"))).toEqual([]);
        expect(requests).toEqual([url]);
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
