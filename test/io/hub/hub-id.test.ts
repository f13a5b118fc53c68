import { describe, expect, it } from "vitest";
import { formatId, parseDatasetSpec, parseModelId } from "../../../src/io/hub/hub-id.js";

describe("names of models", () => {
  it.each([
    ["Qwen/Qwen2.5-0.5B", "Qwen/Qwen2.5-0.5B", null],
    ["org/name@v1.0", "org/name", "v1.0"],
    ["hf:org/name@refs/pr/12", "org/name", "refs/pr/12"],
    ["hf:gpt2", "gpt2", null],
  ])("%s", (text, name, revision) => {
    expect(parseModelId(text)).toEqual({ type: "model", name, revision });
  });

  it.each([
    "",
    "gpt2",
    "/tmp/model",
    "./org/name",
    "../org/name",
    "a/b/c",
    "org/name@",
    "org/-name",
    "org/na--me",
  ])("%j is none", (text) => expect(parseModelId(text)).toBeNull());

  it.each(["org/name@../../x", "org/name@/etc", "org/name@a b", "org/../name", "org/name.git", "org\\name"])(
    "%j reaches out of the cache, or is refused by the hub",
    (text) => {
      expect(parseModelId(text)).toBeNull();
      expect(() => parseModelId(`hf:${text}`)).toThrow(expect.objectContaining({ code: "hub-id-malformed" }));
    },
  );

  it("are written as they are read", () => {
    for (const text of ["org/name@v1", "hf:gpt2@v1", "hf:datasets/org/name@v1"]) {
      const id = text.includes("datasets") ? parseDatasetSpec(text) : parseModelId(text)!;
      expect(formatId(id, "v1")).toBe(text);
    }
  });
});

describe("names of data sets", () => {
  it.each([
    ["hf:datasets/openai/gsm8k", "openai/gsm8k", null, null],
    ["hf:datasets/gsm8k@main", "gsm8k", "main", null],
    [
      "hf:datasets/o/n@refs/convert/parquet:main/train/*.parquet",
      "o/n",
      "refs/convert/parquet",
      "main/train/*.parquet",
    ],
    ["hf:datasets/o/n:a:b.csv", "o/n", null, "a:b.csv"],
  ])("%s", (text, name, revision, path) => {
    expect(parseDatasetSpec(text)).toEqual({ type: "dataset", name, revision, path });
  });

  it.each(["hf:datasets/", "hf:datasets/a/b/c", "hf:datasets/o/n:../x.csv", "hf:org/name"])(
    "%s is none",
    (text) => {
      expect(() => parseDatasetSpec(text)).toThrow(expect.objectContaining({ code: "hub-id-malformed" }));
    },
  );
});
