/**
 * The picture in the README, from the report of a demo: node scripts/screenshot.mjs runs/demo/report.html
 * Needs a Chromium (CHROME_PATH, or `chromium` where the system keeps it).
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const report = process.argv[2] ?? "runs/demo/report.html";
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 3700 } });
await page.goto(pathToFileURL(resolve(report)).href);
await page.waitForSelector(".uplot canvas");
await page.screenshot({
  path: "docs/images/demo-report.png",
  // Below the line above the headline, which has the date and the duration of one run.
  clip: { x: 60, y: 60, width: 1160, height: 3640 },
});
await browser.close();
