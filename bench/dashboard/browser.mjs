/** Charts in a real Chromium: one chart by itself, and the page of a long run while lines come. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "vite";
import { findChromium } from "../../dist/apps/report/chromium.js";
import { reportStyle } from "../../dist/apps/report/stylesheet.js";
import { median } from "../measure.mjs";
import { metricsLine } from "./make-run.mjs";
import { startServer } from "./server.mjs";

const POINTS = 10_000;
const UPDATES = 300;
const LIVE_LINES = 30;

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))];

export const openBrowser = () =>
  chromium.launch({
    executablePath: findChromium(),
    ...(process.getuid?.() === 0 ? { args: ["--no-sandbox"] } : {}),
  });

/** Milliseconds of updates of a chart of 10 000 points and four curves. */
export async function measureChart(browser) {
  const [{ output }] = await build({
    configFile: false,
    logLevel: "warn",
    esbuild: { jsx: "automatic", jsxImportSource: "preact" },
    build: {
      write: false,
      lib: {
        entry: fileURLToPath(new URL("chart-page.ts", import.meta.url)),
        formats: ["iife"],
        name: "chart",
      },
    },
  });
  const script = output.find(({ type }) => type === "chunk").code.replaceAll("</script", "<\\/script");
  const style = output.find(({ fileName }) => fileName.endsWith(".css")).source;
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><style>${reportStyle()}${style}</style><body><div id="app"></div><script>${script}</script>`;
  const server = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(html);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const times = (await page.evaluate(`measure(${POINTS}, ${UPDATES + 20})`)).slice(20);
  await page.close();
  server.close();
  return {
    points: POINTS,
    curves: 4,
    updates: UPDATES,
    medianMs: median(times),
    p95Ms: quantile(times, 0.95),
  };
}

/** Milliseconds until a run's first chart stands, and the longest frame after each line that comes while the page is watched. */
export async function measurePage(browser, run, steps) {
  const folder = mkdtempSync(join(tmpdir(), "selftrain-growing-"));
  const growing = join(folder, "growing");
  mkdirSync(growing);
  for (const name of ["metrics.jsonl", "config.yaml", "environment.json"])
    copyFileSync(join(run, name), join(growing, name));
  // Of another kind, it should have no rollouts.
  const info = JSON.parse(readFileSync(join(run, "run.json"), "utf8"));
  writeFileSync(join(growing, "run.json"), JSON.stringify({ ...info, kind: "pretrain" }));
  const server = await startServer(folder);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(120_000);
  const started = performance.now();
  await page.goto(new URL("?run=growing", server.url).href);
  await page.waitForSelector("figure.plot canvas");
  const openMs = performance.now() - started;
  await page.waitForSelector(".connection.live");
  await page.evaluate(`{
    globalThis.frames = [];
    let last = performance.now();
    const note = (now) => { frames.push(now - last); last = now; requestAnimationFrame(note); };
    requestAnimationFrame(note);
  }`);
  await page.waitForTimeout(2000);
  const longest = [];
  for (let i = 1; i <= LIVE_LINES; i++) {
    await page.evaluate("frames.length = 0");
    appendFileSync(join(growing, "metrics.jsonl"), `${metricsLine(steps + i, steps)}\n`);
    await page.waitForTimeout(1000);
    longest.push(await page.evaluate("Math.max(...frames)"));
  }
  await page.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
  return {
    openMs,
    lines: LIVE_LINES,
    longestFrameMs: median(longest),
    longestFrameP95Ms: quantile(longest, 0.95),
  };
}
