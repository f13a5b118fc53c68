/** The page of an audit: every section that was computed, hostile texts as text, and nothing drawn beyond a phone's width. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { auditSource } from "../../../src/apps/audit/audit.js";
import { renderAuditPage } from "../../../src/apps/audit/page/page.js";
import type { AuditSource } from "../../../src/apps/audit/source.js";
import { executable, missing, openPage } from "../../chromium.js";
import { logistic, planted } from "./planted.js";

const HOSTILE = '</script><img src=x onerror="document.title=1">';

/** With texts, and a probe of four prompts of which one flips. */
function collapsing(): AuditSource {
  const source = planted({
    steps: 60,
    skill: () => 0.9,
    taken: logistic(40, 8),
    sequenceKl: (step) => 0.01 * step ** 2,
  });
  return {
    ...source,
    path: HOSTILE,
    samples: async (places) =>
      places.map(({ step, promptId }) => ({
        step,
        promptId,
        prompt: `${HOSTILE} ${promptId}`,
        completion: HOSTILE,
      })),
    alarms: () => [{ step: 38, monitor: HOSTILE, series: "topShare", action: "stop" }],
    probes: async () =>
      [0, 20, 40, 60].map((step) => ({
        step,
        votes: ["a", "b", "c", "d"].map((promptId, i) => ({
          promptId,
          prompt: HOSTILE,
          truth: "7",
          majority: i === 0 && step > 20 ? "1" : i === 3 ? null : "7",
        })),
      })),
  };
}

const ALL = [
  "phases",
  "gap",
  "payments",
  "goodhart",
  "reliability",
  "signs",
  "moved",
  "fates",
  "examples",
  "movers",
  "try",
  "omitted",
];
const sectionsOf = (page: string) => [...page.matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);

describe("the page of an audit", () => {
  it("has every section, in order, and shows texts as text", async () => {
    const audit = await auditSource(collapsing());
    const page = renderAuditPage(audit);
    expect(sectionsOf(page)).toEqual(ALL);
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img");
    expect(audit.alarms).toMatchObject([{ step: 38, lead: audit.onset!.step! - 38 }]);
    expect(page).toContain("Alarms of the run");
    expect(audit.probe).toMatchObject({ steps: [0, 20, 40, 60], flips: { prompts: 3, flippedShare: 1 / 3 } });
    expect(audit.fates).toMatchObject({
      of: "probe",
      prompts: 4,
      stayedRight: 2,
      corrupted: 1,
      learned: 0,
      stayedWrong: 1,
    });
    expect(audit.beforeAfter[0]).toMatchObject({
      promptId: "a",
      before: { majority: "7" },
      after: { majority: "1" },
    });
  });

  it("leaves out what is not known, and says so", async () => {
    const audit = await auditSource(
      planted({ steps: 2, prompts: 4, samples: 4, skill: () => 0.5, labelled: false }),
    );
    const page = renderAuditPage(audit);
    expect(sectionsOf(page)).toEqual(["phases", "signs", "try", "omitted"]);
    expect(page).toContain("no prompt has a true answer");
  });
});

describe.skipIf(missing)(missing ? `in a browser (skipped: ${missing})` : "in a browser", () => {
  it.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 390 },
  ] as const)(
    "draws all, fetches nothing: $scheme, $width px",
    async ({ scheme, width }) => {
      const folder = mkdtempSync(join(tmpdir(), "audit-browser-"));
      const browser = await chromium.launch({ executablePath: executable! });
      try {
        const file = join(folder, "audit.html");
        writeFileSync(file, renderAuditPage(await auditSource(collapsing())));
        const { page, requests, problems } = await openPage(browser, pathToFileURL(file).href, {
          width,
          scheme,
        });
        await page.waitForSelector("[data-ready]", { state: "attached" });
        expect(requests.filter((request) => !request.startsWith("data:"))).toHaveLength(1);
        expect(problems).toEqual([]);
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        const figures = await page.evaluate<number>("document.querySelectorAll('figure.plot').length");
        expect(await page.evaluate("document.querySelectorAll('figure.plot canvas').length")).toBe(figures);
        expect(figures).toBeGreaterThan(8);
        const ribbon = await page.evaluate<number>(
          "document.querySelector('.ribbon').getBoundingClientRect().width",
        );
        expect(ribbon).toBeGreaterThan(width / 2);
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
