/** Where a Chromium is, for tests of pages; `CHROME_PATH` names another one. */
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../src/apps/report/chromium.js";

export const executable = findChromium();

/** Why such a test is skipped, if it is. */
export const missing = executable === undefined ? "no Chromium found; set CHROME_PATH" : undefined;

export interface OpenedPage {
  readonly page: Page;
  /** Addresses that it asked for, its own and data within it among them. */
  readonly requests: readonly string[];
  /** Errors and words on the console. */
  readonly problems: readonly string[];
}

/** Opens a page, and keeps what it asks for and complains about from the first moment on. */
export async function openPage(
  browser: Browser,
  url: string,
  { width, scheme }: { readonly width: number; readonly scheme: "light" | "dark" },
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
  const [requests, problems]: [string[], string[]] = [[], []];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (problem) => problems.push(problem.stack ?? String(problem)));
  page.on("console", (message) => problems.push(message.text()));
  await page.goto(url);
  return { page, requests, problems };
}
