import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { schemaFiles } from "../../src/config/json-schema.js";

const folder = new URL("../../schema/", import.meta.url);

describe("schema/", () => {
  it("holds exactly the schemas of the config files", () => {
    expect(readdirSync(folder).sort()).toEqual([...schemaFiles().keys()].sort());
  });

  it.each([...schemaFiles()])(
    "%s is current (else: npm run build && node scripts/make-schema.mjs)",
    (name, text) => {
      expect(readFileSync(new URL(name, folder), "utf8")).toBe(text);
    },
  );

  it("does not ask an editor for what has a default", () => {
    const train = JSON.parse(schemaFiles().get("train.schema.json") as string) as { required: string[] };
    expect(train.required).toEqual(["model", "output", "prompts"]);
  });
});
