/** Data files of data sets: which are meant, and that they arrive. */
import fs from "node:fs";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { resolveDataset } from "../../../src/io/hub/dataset.js";
import { globMatcher } from "../../../src/io/hub/glob.js";
import type { HubSettings } from "../../../src/io/hub/settings.js";
import { FakeHub } from "./fake-hub.js";
import { contents, temporaryHome, testSettings } from "./hub-folder.js";

const parts = { "main/train-00000-of-00002.parquet": "t0", "main/train-00001-of-00002.parquet": "t1" };
const sums = {
  type: "dataset",
  name: "org/sums",
  files: { ...parts, "main/test-00000-of-00001.parquet": "t", "extra/all.csv": "a,b", "README.md": "#" },
} as const;

let hub: FakeHub;
let settings: HubSettings;
beforeEach(async () => {
  hub = await FakeHub.start();
  settings = testSettings(hub.url, temporaryHome());
});

const resolve = (spec: string, cacheOnly = false) => resolveDataset(spec, { settings, cacheOnly });
/** Paths in the repository of what was resolved. */
const paths = async (spec: string) => {
  const { files } = await resolve(spec);
  return files.map((file) =>
    relative(join(settings.cache, "datasets--org--sums", "snapshots"), file).slice(41),
  );
};

describe("resolving a data set", () => {
  it("takes the only table there is, in all its parts", async () => {
    const commit = hub.add({ ...sums, files: { ...parts, "README.md": "#" } });
    const { files, description, pinned } = await resolve("hf:datasets/org/sums");
    expect(files.map((file) => fs.readFileSync(file, "utf8"))).toEqual(["t0", "t1"]);
    expect(files[0]).toBe(
      join(settings.cache, "datasets--org--sums", "snapshots", commit, Object.keys(parts)[0]!),
    );
    expect(description).toBe(`2 files of org/sums@${commit.slice(0, 7)}`);
    expect(pinned).toBe(`hf:datasets/org/sums@${commit}`);
    expect(Object.keys(contents(join(files[0]!, "..", "..")))).toEqual(Object.keys(parts));
  });

  it.each([
    ["extra/all.csv", ["extra/all.csv"]],
    ["extra", ["extra/all.csv"]],
    ["main/train-*.parquet", Object.keys(parts)],
    ["**/*.parquet", ["main/test-00000-of-00001.parquet", ...Object.keys(parts)]],
    ["main/{test,none}-*", ["main/test-00000-of-00001.parquet"]],
  ])("takes %s", async (path, expected) => {
    hub.add(sums);
    expect(await paths(`hf:datasets/org/sums:${path}`)).toEqual(expected);
  });

  it("reads the hub's own conversion, whose parts are numbered alone", async () => {
    const files = {
      "main/train/0000.parquet": "0",
      "main/train/0001.parquet": "1",
      "main/test/0000.parquet": "2",
    };
    hub.add({ ...sums, files, refs: ["refs/convert/parquet"] });
    expect(await paths("hf:datasets/org/sums@refs/convert/parquet:main/train")).toEqual([
      "main/train/0000.parquet",
      "main/train/0001.parquet",
    ]);
  });

  it.each(["", ":main", ":*/*"])("asks which table is meant, and lists them (%j)", async (path) => {
    hub.add(sums);
    await expect(resolve(`hf:datasets/org/sums${path}`)).rejects.toMatchObject({
      code: "hub-dataset-ambiguous",
      found: expect.arrayContaining(["main/test-*.parquet", "main/train-*.parquet"]),
      remedy: "name it after a colon, for instance hf:datasets/org/sums@main:main/train-*.parquet",
    });
  });

  it("lists what there is where a file is not, and where none can be read", async () => {
    hub.add(sums);
    await expect(resolve("hf:datasets/org/sums:main/dev.parquet")).rejects.toMatchObject({
      code: "hub-dataset-file-missing",
      found: ["extra/all.csv", "main/test-*.parquet", "main/train-*.parquet"],
    });
    hub.add({ ...sums, files: { "data.zip": "x" } });
    await expect(resolve("hf:datasets/org/sums")).rejects.toMatchObject({
      code: "hub-dataset-empty",
      found: ["data.zip"],
      remedy: expect.stringContaining("hf:datasets/org/sums@refs/convert/parquet"),
    });
    await expect(resolve("hf:datasets/org/none")).rejects.toMatchObject({
      code: "hub-not-found",
      message: expect.stringContaining("dataset org/none"),
    });
  });

  it("is repeated from its pinned spec without a request", async () => {
    hub.add(sums);
    const { files, pinned } = await resolve("hf:datasets/org/sums:main/train-*.parquet");
    await hub.stop();
    expect((await resolve(pinned)).files).toEqual(files);
    expect((await resolve("hf:datasets/org/sums:main/train-*.parquet", true)).files).toEqual(files);
    await expect(resolve("hf:datasets/org/sums:extra/all.csv", true)).rejects.toMatchObject({
      code: "hub-offline",
      found: "the cache lacks extra/all.csv",
    });
  });

  it("notices that another program left some parts only", async () => {
    hub.add(sums);
    const spec = "hf:datasets/org/sums:main/train-*.parquet";
    const { files } = await resolve(spec);
    fs.rmSync(join(settings.cache, "datasets--org--sums", "trees"), { recursive: true });
    expect((await resolve(spec, true)).files).toEqual(files);
    fs.rmSync(files[0]!);
    await expect(resolve(spec, true)).rejects.toMatchObject({
      code: "hub-offline",
      found: "the cache lacks 1 parts",
    });
  });

  it("writes nothing outside of the cache, whatever a listing names", async () => {
    hub.add({ ...sums, files: { "../../../../evil.csv": "x" } });
    await expect(resolve("hf:datasets/org/sums")).rejects.toMatchObject({ code: "hub-answer-malformed" });
  });
});

describe("globs", () => {
  it.each([
    ["*.csv", "a.csv", true],
    ["*.csv", "b/a.csv", false],
    ["**/*.csv", "a.csv", true],
    ["**/*.csv", "b/c/a.csv", true],
    ["a?.{csv,jsonl}", "ab.jsonl", true],
    ["a?.{csv,jsonl}", "a.jsonl", false],
    ["a+(b).csv", "a+(b).csv", true],
    ["a.csv", "axcsv", false],
    ["{a", "a", true],
  ])("%s on %s: %s", (glob, path, expected) => expect(globMatcher(glob)(path)).toBe(expected));
});
