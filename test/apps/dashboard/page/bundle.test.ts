/** The built page: small, and nothing in it that a strict policy would not run. */
import fs from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { BUILT_PAGE } from "./open.js";

const files = fs
  .readdirSync(BUILT_PAGE, { recursive: true, encoding: "utf8" })
  .map((name) => join(BUILT_PAGE, name))
  .filter((path) => fs.statSync(path).isFile());

it("is at most 110 KB, gzipped", () => {
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.reduce((sum, path) => sum + gzipSync(fs.readFileSync(path), { level: 9 }).length, 0);
  expect(bytes).toBeLessThanOrEqual(110 * 1024);
});

it("has no script or style in its markup, and asks for nothing from elsewhere", () => {
  const index = fs.readFileSync(join(BUILT_PAGE, "index.html"), "utf8");
  for (const [, attributes, content] of index.matchAll(/<script([^>]*)>([\s\S]*?)<\/script>/g)) {
    expect(attributes).toContain("src=");
    expect(content).toBe("");
  }
  expect(index).not.toMatch(/<style|\sstyle=|\son\w+=|https?:/);
  const sources = [...index.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => source!);
  expect(
    sources.filter((source) => source !== "data:,").every((source) => source.startsWith("./assets/")),
  ).toBe(true);
});

it("carries the licences of what is in it", () => {
  const script = fs.readFileSync(files.find((path) => path.endsWith(".js"))!, "utf8");
  expect(script.match(/The MIT License/g)!.length).toBeGreaterThanOrEqual(3);
});
