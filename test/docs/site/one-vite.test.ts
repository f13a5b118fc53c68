/** One Vite builds the site and runs the tests, as CONTRIBUTING.md says; a second one would come in unseen with an update. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../${name}`, import.meta.url), "utf8"));
const { packages } = read("package-lock.json") as {
  packages: Record<string, { version: string; engines?: { node?: string } }>;
};

it.each(["vite", "rollup", "esbuild"])("there is one %s in the lock", (name) => {
  expect(Object.keys(packages).filter((path) => path.endsWith(`node_modules/${name}`))).toEqual([
    `node_modules/${name}`,
  ]);
});

it("the floor of Node for development is that of Vite", () => {
  const { devEngines } = read("package.json") as { devEngines: { runtime: { version: string } } };
  expect(packages["node_modules/vite"]!.engines!.node).toBe(devEngines.runtime.version);
});
