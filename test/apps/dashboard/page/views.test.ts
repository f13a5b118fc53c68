/** Every view of the dashboard in a real browser, over a real server and real runs: by eye, by keyboard, live, after a fall, with hostile texts. */
import fs from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { train } from "selftrain";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answersSql,
  groupSql,
  groupsSql,
  MATRIX_SQL,
  seriesSql,
} from "../../../../src/apps/dashboard/page/lib/queries.js";
import { runSql } from "../../../../src/apps/sql/query.js";
import type { HttpServer } from "../../../../src/io/http/guarded.js";
import { listCheckpoints } from "../../../../src/run/checkpoints.js";
import { askControl } from "../../../../src/run/control.js";
import { readMetrics } from "../../../../src/run/metrics-log.js";
import { readRollouts, writeRollouts } from "../../../../src/run/rollouts.js";
import { readRunInfo } from "../../../../src/run/run-info.js";
import { executable, missing } from "../../../chromium.js";
import { trainInChild } from "../../../training/loop/child.js";
import { tinyBase, tinyTraining } from "../../../training/loop/tiny-base.js";
import { HOSTILE } from "../../report/sample-data.js";
import { serve } from "../dashboard.js";
import { BUILT_PAGE, fits, openDashboardPage, text, until, violations } from "./open.js";

const VIEWS = [
  ["course", "Reward and accuracy"],
  ["votes", "Votes at step"],
  ["votes&group=0", "Two samples"],
  ["votes&source=probe&group=0", "Two samples"],
  ["matrix", "Vote matrix"],
  ["river", "River of"],
  ["collapse", "Commonest answers across prompts"],
  ["search&text=1", "Found"],
  ["notes", "Flags and notes"],
  ["config", "config.yaml"],
  ["sql", "One query that reads"],
  ["controls", "Asked, and what became of it"],
  ["playground", "checkpoint"],
] as const;

/** The series of a kind of line, with the number of its lines. */
function seriesOf(run: string, kind: "step" | "eval" | "probe") {
  const own = readMetrics(join(run, "metrics.jsonl")).filter((record) => record.kind === kind);
  const times = Object.keys(own[0]!.time).map((name) => `time.${name}`);
  return {
    steps: own.length,
    names: [...Object.keys(own[0]!.metrics), ...times].map((name) => `${kind}.${name}`),
  };
}

describe.skipIf(missing)(
  missing ? `the dashboard's page (skipped: ${missing})` : "the dashboard's page",
  () => {
    const base = missing ? undefined : tinyBase();
    let folder: string;
    let server: HttpServer;
    let browser: Browser;

    beforeAll(async () => {
      folder = join(base!.folder, "runs");
      const run = join(folder, "a");
      await train(tinyTraining(base!, run, { probe: { size: 4, samples: 4, every: 2 } }));
      fs.cpSync(run, join(folder, "b"), { recursive: true });
      const config = join(folder, "b", "config.yaml");
      fs.writeFileSync(config, fs.readFileSync(config, "utf8").replace(/^seed: \d+$/m, "seed: 7"));
      const rows = await readRollouts(join(folder, "b/rollouts/step-000004.parquet"));
      await writeRollouts(
        join(folder, "b/rollouts"),
        4,
        rows.map((row) => ({ ...row, prompt: HOSTILE, completion: HOSTILE })),
      );
      server = await serve(folder, base!.folder, { page: BUILT_PAGE });
      browser = await chromium.launch({ executablePath: executable! });
    });
    afterAll(async () => {
      await browser?.close();
      await server?.close();
    });
    const at = (query: string): string => `${server.url}/${query}`;

    it("copies queries that give what the panel shows, and begins with one that runs", async () => {
      const run = join(folder, "a");
      for (const kind of ["step", "eval", "probe"] as const) {
        const { steps, names } = seriesOf(run, kind);
        const { rows } = await runSql(run, seriesSql(names));
        expect(rows.length, kind).toBe(steps);
      }
      const [first] = await readRollouts(join(run, "rollouts/step-000004.parquet"));
      const { promptsPerStep, samplesPerPrompt } = tinyTraining(base!, run);
      for (const [sql, least] of [
        [MATRIX_SQL, 4],
        [answersSql("rollouts"), 4],
        [answersSql("probe"), 4],
        [answersSql("rollouts", first!.promptId), 1],
        [answersSql("rollouts", "o'clock"), 0],
        [groupsSql(4), promptsPerStep],
        [groupSql("rollouts", 4, 0), samplesPerPrompt],
        [groupSql("probe", 4, 0), 4],
      ] as const)
        expect((await runSql(run, sql)).rows.length, sql).toBeGreaterThanOrEqual(least);
      const { page, problems } = await openDashboardPage(browser, at("?run=a&view=sql"));
      await page.getByRole("button", { name: "Run" }).click();
      await until(page, 'document.querySelectorAll("main table tbody tr").length === 4');
      expect(problems).toEqual([]);
      await page.close();
    });

    it.each([
      { scheme: "light", width: 1280 },
      { scheme: "dark", width: 390 },
    ] as const)(
      "shows every view, without a complaint of axe or the console: $scheme, $width px",
      async (how) => {
        const { page, problems } = await openDashboardPage(browser, at(""), how);
        await page.waitForSelector(".runs-list .run-name");
        await page.waitForSelector("figure.plot canvas");
        expect(await violations(page)).toEqual([]);
        expect(await fits(page)).toBe(true);
        for (const [view, shown] of VIEWS) {
          await page.goto(at(`?run=a&view=${view}`));
          await until(page, `document.querySelector("main").innerText.includes(${JSON.stringify(shown)})`);
          await until(page, '!document.querySelector(".loading")');
          expect(await violations(page), view).toEqual([]);
          expect(await fits(page), view).toBe(true);
        }
        expect(problems).toEqual([]);
        await page.close();
      },
    );

    it("goes by keyboard alone from the runs to a token, and its address leads back there", async () => {
      const { page, problems } = await openDashboardPage(browser, at(""));
      await page.waitForSelector(".runs-list .run-name");
      await page.keyboard.press("j");
      await page.keyboard.press("k");
      const name = await page.evaluate("document.activeElement.textContent");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".tabs");
      expect(new URL(page.url()).searchParams.get("run")).toBe(name);
      await page.keyboard.press("2");
      await page.waitForSelector(".group-row");
      await page.keyboard.press("i");
      await until(page, 'document.querySelector("main").innerText.includes("Votes at step 3")');
      await page.keyboard.press("m");
      await until(page, 'document.querySelector("main").innerText.includes("Votes at step 4")');
      await page.focus(".group-row");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".sample");
      const sample = () => new URL(page.url()).searchParams.get("a");
      for (let i = 0; i < 16; i++) await page.keyboard.press("k");
      await page.keyboard.press("j");
      const first = sample();
      await page.keyboard.press("j");
      expect(sample()).not.toBe(first);
      await page.keyboard.press("k");
      expect(sample()).toBe(first);
      await page.keyboard.press("o");
      await until(page, 'document.querySelector("main").innerText.includes("Group 1,")');
      await page.keyboard.press("f");
      await page.waitForSelector('.flag [aria-pressed="true"]');
      await page.keyboard.press("?");
      await page.waitForSelector("dialog[open]");
      await page.keyboard.press("Escape");
      await until(page, '!document.querySelector("dialog[open]")');
      // A dialog says that it is closed a little after it is.
      await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))");
      const url = page.url();
      await page.keyboard.press("Escape");
      await page.waitForSelector(".group-row");
      await page.goto(url);
      await until(page, 'document.querySelector("main").innerText.includes("Group 1,")');
      await page.goto(at("?run=a&view=notes"));
      await page.waitForSelector(".hits a");
      await page.keyboard.press("/");
      await page.waitForSelector("form.search");
      expect(await page.evaluate("document.activeElement.name")).toBe("text");
      expect(problems).toEqual([]);
      await page.close();
    });

    it("moves the cursor of a chart by keys, in all charts at once, and goes to its step", async () => {
      const { page } = await openDashboardPage(browser, at("?run=a"));
      await page.waitForSelector(".panel canvas");
      await page.focus(".panel .canvas");
      await page.keyboard.press("Home");
      expect(await page.getAttribute(".panel .canvas", "aria-valuetext")).toMatch(/^step 1: reward/);
      await page.keyboard.press("ArrowRight");
      expect(await page.getAttribute(".panel .canvas", "aria-valuenow")).toBe("2");
      await page.keyboard.press("Enter");
      expect(new URL(page.url()).searchParams.get("step")).toBe("2");
      await until(page, 'document.querySelector(".scrubber input[type=number]").value === "2"');
      await page.close();
    });

    it("gives a panel away as PNG, SVG and CSV", async () => {
      const { page } = await openDashboardPage(browser, at("?run=a"));
      await page.waitForSelector(".panel canvas");
      const take = async (label: string): Promise<Buffer> => {
        await page.click(".panel .menu summary");
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          page.click(`.panel .menu button:text-is("${label}")`),
        ]);
        return fs.readFileSync(await download.path());
      };
      const svg = (await take("SVG")).toString();
      expect(svg).toMatch(/^<svg[^>]+xmlns/);
      expect(svg).not.toContain("var(--");
      expect((await take("PNG")).subarray(1, 4).toString()).toBe("PNG");
      const [head, ...rows] = (await take("CSV")).toString().trim().split("\r\n");
      expect(head).toBe("step,step.reward,step.accuracy");
      expect(rows).toHaveLength(4);
      await page.close();
    });

    it("shows what models write as text, wherever it stands", async () => {
      const { page, problems } = await openDashboardPage(browser, at("?run=b&view=votes&step=4"));
      await page.waitForSelector(".group-row");
      for (const query of ["?run=b&view=votes&step=4&group=0", "?run=b&view=search&text=title"]) {
        await page.goto(at(query));
        await until(page, 'document.querySelector("main").innerText.includes("<img src=x")');
      }
      expect(await page.evaluate("document.images.length")).toBe(0);
      expect(await page.title()).not.toContain("owned");
      expect(problems).toEqual([]);
      await page.close();
    });

    it("follows a run that is being trained, and does not move the step that is read", async () => {
      const run = join(folder, "live");
      const trained = trainInChild("train", tinyTraining(base!, run, { steps: 10 }));
      const { page } = await openDashboardPage(browser, at(""));
      try {
        await until(page, 'document.querySelector(".newer, .runs-list")');
        await expect
          .poll(
            () =>
              fs.existsSync(join(run, "metrics.jsonl")) &&
              /"kind":"step"/.test(fs.readFileSync(join(run, "metrics.jsonl"), "utf8")),
            { timeout: 60_000 },
          )
          .toBe(true);
        await page.goto(at("?run=live&view=votes"));
        await page.waitForSelector(".group-row");
        const read = /Votes at step (\d+)/.exec(await text(page))![1]!;
        await until(page, 'document.querySelector(".run-head").innerText.includes("step 10 of 10")');
        expect(await text(page)).toContain(`Votes at step ${read}`);
        if (read !== "10") {
          await page.click(".newer");
          await until(page, 'document.querySelector("main").innerText.includes("Votes at step 10")');
        }
        await page.click('.tabs a:text-is("Course")');
        await until(page, 'document.querySelector(".panel .canvas")?.getAttribute("aria-valuemax") === "10"');
      } finally {
        await trained;
        await page.close();
      }
    });

    it("asks a training by keys, and shows what became of it", async () => {
      const run = join(folder, "asked");
      const trained = trainInChild(
        "train",
        tinyTraining(base!, run, { steps: 100_000, checkpointEvery: 100_000 }),
      );
      const { page, problems } = await openDashboardPage(browser, at(""));
      page.on("dialog", (dialog) => dialog.accept());
      const press = (name: string) => page.getByRole("button", { name, exact: true }).first().press("Enter");
      const taken = (number: number, words: string) =>
        until(
          page,
          `[...document.querySelectorAll("main tbody tr")].some((row) => row.innerText.startsWith("${number}") && row.innerText.includes(${JSON.stringify(words)}) && row.innerText.includes("taken after step"))`,
        );
      try {
        await expect.poll(() => fs.existsSync(join(run, "rollouts")), { timeout: 60_000 }).toBe(true);
        await page.goto(at("?run=asked&view=controls"));
        await page.getByRole("spinbutton", { name: "learning rate times" }).press("Enter");
        await taken(1, "learning rate × 0.5");
        await press("Pause");
        await taken(2, "pause");
        await page.getByRole("button", { name: "Resume" }).waitFor();
        expect(await text(page)).toContain("paused");
        expect(await violations(page)).toEqual([]);
        await press("Resume");
        await taken(3, "resume");
        await press("Checkpoint now");
        await taken(4, "checkpoint");
        await press("Stop");
        await trained;
        await until(page, 'document.querySelector(".run-head").textContent.includes("interrupted")');
        await taken(5, "stop");
        expect(listCheckpoints(run).length).toBeGreaterThan(0);
        await until(page, 'document.querySelector("main").innerText.includes("nothing writes this run now")');
        expect(problems).toEqual([]);
      } finally {
        if (readRunInfo(run).status === "running") askControl(run, { action: "stop" });
        await trained;
        await page.close();
      }
    });

    it("samples a prompt of the reader's, and shows the vote", async () => {
      const { page, problems } = await openDashboardPage(browser, at("?run=a&view=playground"));
      await page.getByRole("textbox", { name: "prompt" }).fill("407>");
      await page.getByRole("spinbutton", { name: "samples" }).fill("4");
      await page.getByRole("button", { name: "Sample" }).press("Enter");
      await until(page, 'document.querySelector("main").innerText.includes("4 samples in")');
      expect(await page.evaluate("document.querySelectorAll('.hits li').length")).toBe(4);
      expect(await text(page)).toMatch(/label\s+\S+\s+agreement \d+(\.\d+)?% of 4/);
      expect(await violations(page)).toEqual([]);
      expect(await fits(page)).toBe(true);
      expect(problems).toEqual([]);
      await page.close();
    });

    it("says that the server is gone, and goes on when it is back", async () => {
      const own = await serve(folder, base!.folder, { page: BUILT_PAGE });
      const { page } = await openDashboardPage(browser, `${own.url}/?run=a`);
      await page.waitForSelector(".connection.live");
      await page.waitForSelector(".panel canvas");
      await own.close();
      await page.waitForSelector(".connection.lost");
      expect(await text(page)).toContain("Reward and accuracy");
      const again = await serve(folder, base!.folder, {
        page: BUILT_PAGE,
        port: Number(new URL(own.url).port),
      });
      try {
        await page.waitForSelector(".connection.live", { timeout: 60_000 });
        await page.click('.tabs a:text-is("Votes")');
        await page.waitForSelector(".group-row");
      } finally {
        await page.close();
        await again.close();
      }
    });
  },
);
