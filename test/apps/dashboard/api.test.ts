import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { routes } from "../../../src/apps/dashboard/api/index.js";

const folder = new URL("../../../src/apps/dashboard/api/", import.meta.url);

describe("the contract of the dashboard", () => {
  it("imports nothing but types from outside of its folder, so that a browser can", () => {
    const imported = readdirSync(folder).flatMap((name) => {
      const source = readFileSync(new URL(name, folder), "utf8").replace(/^import type [^;]*;/gm, "");
      return [...source.matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map(([, specifier]) => specifier!);
    });
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((specifier) => !/^\.\/[a-z]+\.js$/.test(specifier))).toEqual([]);
  });

  it("writes the path of a run as one part of an address, whatever is in it", () => {
    expect(routes.group("sweep/a b?#%", "probe", 10, 3)).toBe("/api/runs/sweep%2Fa%20b%3F%23%25/probe/10/3");
    expect(routes.note("a", "x/y")).toBe("/api/runs/a/notes/x%2Fy");
  });
});
