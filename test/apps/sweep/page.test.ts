/** The page of a sweep: axes, lines, hostile names, and the choice of ranges in a browser. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axesOf } from "../../../src/apps/sweep/axes.js";
import { renderSweep } from "../../../src/apps/sweep/page.js";
import type { RunResult, SweepResults } from "../../../src/apps/sweep/results.js";
import { executable, missing, openPage } from "../../chromium.js";

const column = { key: "eval.mean", title: "mean", unit: "share" } as const;

const run = (i: number, values: Record<string, unknown>, mean: number | null, more = {}): RunResult => ({
  name: `run=${i}`,
  path: `out/run=${i}`,
  values,
  seed: null,
  status: "finished",
  metrics: { "eval.mean": mean },
  signs: null,
  seconds: 1,
  ...more,
});

const results = (runs: readonly RunResult[], keys: readonly string[]): SweepResults => ({
  command: "train",
  search: "grid",
  keys: keys.map((key) => ({ key, name: key })),
  objective: { metric: "eval.mean", goal: "max" },
  columns: [column],
  runs,
  combinations: null,
  best: { name: "run=1", value: 0.5, half: null },
  bases: [],
});

const page = (value: SweepResults) => renderSweep(value, { name: "s", output: "nowhere", settings: {} });

describe("an axis", () => {
  const placesOf = (values: readonly unknown[]) => {
    const runs = values.map((value, i) => run(i, { key: value }, i));
    const [axis] = axesOf(results(runs, ["key"]), runs);
    return { places: runs.map((one) => axis!.place(one)!), ticks: axis!.ticks.map(({ text }) => text) };
  };

  it("puts numbers evenly, or evenly in their logarithm where they span more than a decade or so", () => {
    const even = placesOf([0, 5, 10]);
    expect(even.places[1]).toBeCloseTo(0.5);
    expect(even.ticks).toEqual(["0", "5", "10"]);
    const log = placesOf([1e-4, 1e-3, 1e-2]);
    expect(log.places[1]).toBeCloseTo(0.5);
    expect(log.ticks).toEqual(["1e-4", "1e-3", "0.01"]);
  });

  it("puts what is no number side by side, the first on top, and one value in the middle", () => {
    const { places, ticks } = placesOf(["rloo", "grpo", "rloo"]);
    expect(places[0]).toBe(places[2]);
    expect(places[0]).toBeGreaterThan(places[1]!);
    expect(ticks).toEqual(["grpo", "rloo"]);
    expect(placesOf(["only"]).places).toEqual([0.5]);
    expect(placesOf([7]).places).toEqual([0.5]);
  });

  it("names no more values than have room, and both ends", () => {
    const { ticks } = placesOf(Array.from({ length: 60 }, (_, i) => i));
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect([ticks[0], ticks.at(-1)]).toEqual(["0", "59"]);
  });

  it("has no place for a run without a value", () => {
    const runs = [run(0, { key: 1 }, null), run(1, { key: 2 }, 0.5)];
    const axis = axesOf(results(runs, ["key"]), runs).at(-1)!;
    expect([axis.place(runs[0]!), axis.place(runs[1]!)]).toEqual([null, 0.5]);
  });
});

describe("the page", () => {
  it("has a line for each finished run, and no plot where there is one", () => {
    const runs = [0, 1, 2].map((i) => run(i, { key: i }, i / 10));
    const failed = run(3, { key: 3 }, null, {
      status: "failed",
      error: { code: "job-killed", message: "ended by <SIGKILL>" },
    });
    const markup = page(results([...runs, failed], ["key"]));
    expect(markup.match(/class="run q/g)).toHaveLength(3);
    expect(markup).toContain("ended by &lt;SIGKILL&gt;");
    expect(markup).toContain("4 runs: 3 finished, 1 failed");
    expect(page(results([run(0, { key: 1 }, 0.5)], ["key"]))).not.toContain("<svg viewBox");
  });

  it("makes no markup of values", () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const markup = page(results([run(0, { key: hostile }, 0.1), run(1, { key: "b" }, 0.2)], ["key"]));
    expect(markup).not.toContain("<img");
    expect(markup).toContain("&lt;img src=x");
  });
});

describe.skipIf(missing)(missing ? `in a browser (skipped: ${missing})` : "in a browser", () => {
  it.each([
    { scheme: "light", width: 1280 },
    { scheme: "dark", width: 390 },
  ] as const)(
    "chooses runs by a range on an axis, in the table too: $scheme, $width px",
    async ({ scheme, width }) => {
      const folder = mkdtempSync(join(tmpdir(), "sweep-page-"));
      const browser = await chromium.launch({ executablePath: executable! });
      try {
        const runs = Array.from({ length: 9 }, (_, i) => run(i, { key: i }, i / 10));
        writeFileSync(join(folder, "sweep.html"), page(results(runs, ["key"])));
        const url = pathToFileURL(join(folder, "sweep.html")).href;
        const { page: tab, requests, problems } = await openPage(browser, url, { width, scheme });
        expect(await tab.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);

        const shownRows = () => tab.locator("tr[data-run]:visible").count();
        expect(await shownRows()).toBe(9);
        const grip = tab.locator('[data-axis="0"] .grip');
        await grip.scrollIntoViewIfNeeded();
        const box = (await grip.boundingBox())!;
        const x = box.x + box.width / 2;
        await tab.mouse.move(x, box.y + box.height / 2);
        await tab.mouse.down();
        await tab.mouse.move(x, box.y + 1, { steps: 4 });
        await tab.mouse.up();
        // The upper half: 4 is in the middle of 0 to 8.
        const kept = await shownRows();
        expect(kept).toBeGreaterThanOrEqual(4);
        expect(kept).toBeLessThanOrEqual(5);
        expect(await tab.locator(".run.off").count()).toBe(9 - kept);
        expect(await tab.locator(".chosen").textContent()).toContain(`${kept} of 9 runs chosen`);
        await tab.getByRole("button", { name: "show all" }).click();
        expect(await shownRows()).toBe(9);
        expect(await tab.locator(".run.off").count()).toBe(0);
        expect(problems).toEqual([]);
        expect(requests).toEqual([url]);
      } finally {
        await browser.close();
        rmSync(folder, { recursive: true, force: true });
      }
    },
    60_000,
  );
});
