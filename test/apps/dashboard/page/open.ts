/** The built page of the dashboard in a real browser, over a real server. */
import fs from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { openPage } from "../../../chromium.js";

/** Where the build puts the page. */
export const BUILT_PAGE = fileURLToPath(new URL("../../../../dist/apps/dashboard/page/", import.meta.url));

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Opened {
  readonly page: Page;
  readonly problems: readonly string[];
}

export async function openDashboardPage(
  browser: Browser,
  url: string,
  { width = 1280, scheme = "light" }: { width?: number; scheme?: "light" | "dark" } = {},
): Promise<Opened> {
  const { page, requests, problems } = await openPage(browser, url, { width, scheme });
  expect(
    requests.every((request) => request.startsWith(new URL(url).origin) || request.startsWith("data:")),
  ).toBe(true);
  return { page, problems };
}

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe complains about, in words. The policy of the page lets no script in; the debugger evaluates beside it. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>("axe.run().then(({ violations }) => violations)");
  return found.flatMap(({ id, nodes }) =>
    nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

export const text = (page: Page): Promise<string> => page.evaluate<string>("document.body.innerText");

/** Whether nothing is drawn beyond the window's width. */
export const fits = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth");

/** Waits until an expression holds in the page. The page's policy lets it evaluate none itself; the debugger does. */
export const until = (page: Page, expression: string): Promise<void> =>
  expect
    .poll(() => page.evaluate<boolean>(`Boolean(${expression})`), { timeout: 60_000, message: expression })
    .toBe(true);
