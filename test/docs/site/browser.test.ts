/** The built site in a real browser, every page: readable on a phone, reachable by keyboard, silent, and on its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, missing } from "../../chromium.js";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
};

/** Every page of the built site, in a folder of its own, over HTTP on a free port. */
async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname);
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    try {
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(readFileSync(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return server;
}

/** Elements of the text that stick out of the window without anything to scroll them by. */
const STICKING_OUT = `[...document.querySelectorAll("main *")].filter((element) => {
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.right <= innerWidth + 1) return false;
  for (let above = element; above; above = above.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(above).overflowX)) return false;
  return true;
}).map((element) => element.outerHTML.slice(0, 120))`;

/** Where the links of a page lead. */
const LINKS = `[...document.querySelectorAll("main a[href], aside a[href]")].map((link) => link.href)`;

describe.skipIf(missing)(
  missing ? `the site in a browser (skipped: ${missing})` : "the site in a browser",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "selftrain-site-"));
    let server: Server;
    let browser: Browser;
    let origin: string;
    let pages: string[];

    beforeAll(async () => {
      await promisify(execFile)("npx", ["vitepress", "build", "docs", "--outDir", folder]);
      server = await serve(folder);
      origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      pages = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
        (name) => name.endsWith(".html") && name !== "404.html",
      );
      browser = await chromium.launch({ executablePath: executable! });
    }, 180_000);

    afterAll(async () => {
      await browser?.close();
      server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A page of a browser that notes what it asks for and what it complains about. */
    async function opened(width: number): Promise<{ page: Page; problems: string[] }> {
      const page = await browser.newPage({ viewport: { width, height: 844 } });
      const problems: string[] = [];
      page.on("pageerror", (error) => problems.push(`${page.url()}: ${error}`));
      page.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) problems.push(`${page.url()}: ${message.text()}`);
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(origin) && !request.url().startsWith("data:"))
          problems.push(`${page.url()} asks for ${request.url()}`);
      });
      page.on("response", (response) => {
        if (response.status() >= 400) problems.push(`${page.url()}: ${response.status()} ${response.url()}`);
      });
      return { page, problems };
    }

    it("shows every page at 390 px, where nothing sticks out, and every anchor is there", async () => {
      const { page, problems } = await opened(390);
      const wide: string[] = [];
      const linked = new Map<string, string>();
      const anchors = new Set<string>();
      for (const name of pages) {
        await page.goto(`${origin}/${name}`);
        if (!(await page.evaluate<boolean>("document.documentElement.scrollWidth <= innerWidth")))
          wide.push(`${name} scrolls sideways`);
        for (const element of await page.evaluate<string[]>(STICKING_OUT)) wide.push(`${name}: ${element}`);
        for (const link of await page.evaluate<string[]>(LINKS))
          if (link.startsWith(origin) && link.includes("#")) linked.set(decodeURIComponent(link), name);
        for (const id of await page.evaluate<string[]>(
          `[...document.querySelectorAll("[id]")].map((e) => e.id)`,
        ))
          anchors.add(`${origin}/${name}#${id}`);
      }
      expect(pages.length).toBeGreaterThan(50);
      expect(wide).toEqual([]);
      expect(problems).toEqual([]);
      const address = (link: string) => link.replace(/\/#/, "/index.html#");
      expect([...linked].filter(([link]) => !anchors.has(address(link)))).toEqual([]);
      await page.close();
    }, 300_000);

    it("is reachable by keyboard: the link to the text, the menu, the sidebar, tables that scroll", async () => {
      const { page, problems } = await opened(390);
      const focused = () => page.evaluate<string>("document.activeElement?.className ?? ''");
      const isSeen = () =>
        page.evaluate<boolean>(`(() => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(document.activeElement);
        const box = document.activeElement.getBoundingClientRect();
        return box.width > 1 && box.height > 1 && ((outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none");
      })()`);
      await page.goto(`${origin}/reference/metrics.html`);
      await page.waitForSelector(".VPLocalNav button");
      await page.keyboard.press("Tab");
      expect(await focused()).toContain("VPSkipLink");
      expect(await isSeen()).toBe(true);
      const reached: string[] = [];
      for (let i = 0; i < 12; i++) {
        await page.keyboard.press("Tab");
        reached.push(await focused());
        expect(await isSeen(), `focus on ${reached.at(-1)}`).toBe(true);
      }
      expect(reached.some((name) => name.includes("VPNavBarHamburger"))).toBe(true);
      expect(reached.some((name) => name.includes("menu"))).toBe(true);
      // What scrolls has to be reachable as well.
      await page.evaluate(`document.querySelector("main table").focus()`);
      expect(await page.evaluate(`document.activeElement.tagName`)).toBe("TABLE");
      await page.focus(".VPLocalNav button.menu");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".VPSidebar.open");
      expect(await page.locator(".VPSidebar a:visible").count()).toBeGreaterThan(10);
      expect(problems).toEqual([]);
      await page.close();
    });

    it("finds a config key, an error code and a metric by the search, and goes there by keyboard", async () => {
      const { page, problems } = await opened(1280);
      for (const [words, address] of [
        ["disk-full", "/reference/errors.html#disk-full"],
        ["rejection.minAgreement", "/reference/commands/train.html#rejectionminagreement"],
      ] as const) {
        await page.goto(`${origin}/`);
        await page.waitForSelector(".VPNavBarSearchButton, .DocSearch-Button");
        await page.keyboard.press("/");
        // What is typed before the field has the focus is lost.
        await page.waitForSelector("#localsearch-input:focus");
        await page.keyboard.type(words);
        await page.waitForSelector(`.result[href$="${address}"]`);
      }
      await page.keyboard.press("Enter");
      await page.waitForURL(/reference/);
      expect(problems).toEqual([]);
      await page.close();
    });
  },
);
