/** The page in a real browser, where a Chromium is at hand. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { renderDemoReport } from "../../../src/apps/report/demo-report.js";
import { ARM_STYLES } from "../../../src/apps/report/palette.js";
import { executable, missing, openPage } from "../../chromium.js";
import { sampleDemo } from "./sample-data.js";

describe.skipIf(missing)(
  missing ? `the page in a browser (skipped: ${missing})` : "the page in a browser",
  () => {
    it.each([
      { scheme: "light", width: 1280 },
      { scheme: "dark", width: 390 },
    ] as const)(
      "draws every plot, fetches nothing and runs no foreign script: $scheme, $width px",
      async ({ scheme, width }) => {
        const folder = mkdtempSync(join(tmpdir(), "report-browser-"));
        const browser = await chromium.launch({ executablePath: executable! });
        try {
          const url = pathToFileURL(join(folder, "report.html")).href;
          writeFileSync(join(folder, "report.html"), renderDemoReport(sampleDemo()));
          const { page, requests, problems } = await openPage(browser, url, { width, scheme });
          await page.waitForSelector("[data-ready]", { state: "attached" });
          expect(requests.filter((request) => !request.startsWith("data:"))).toEqual([url]);
          expect(problems).toEqual([]);
          expect(await page.title()).toBe("selftrain demo");
          const figures = await page.evaluate<number>("document.querySelectorAll('figure.plot').length");
          expect(figures).toBeGreaterThan(0);
          expect(await page.evaluate("document.querySelectorAll('figure.plot canvas').length")).toBe(figures);
          expect(await page.evaluate("document.querySelectorAll('img').length")).toBe(0);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
          expect(
            await page.evaluate(
              "getComputedStyle(document.documentElement).getPropertyValue('--srt').trim()",
            ),
          ).toBe(ARM_STYLES.srt[scheme]);
          const legend = "document.querySelector('figure.plot .legend button')";
          await page.evaluate(`${legend}.click()`);
          expect(await page.evaluate(`${legend}.getAttribute('aria-pressed')`)).toBe("false");
        } finally {
          await browser.close();
          rmSync(folder, { recursive: true, force: true });
        }
      },
      60_000,
    );
  },
);
