/** Configurations held against each other: what is the same, in whatever order its keys stand. */
import { describe, expect, it } from "vitest";
import { configLeaves, differingSettings } from "../../src/run/run-config.js";

const leaves = (config: object) => JSON.stringify([...configLeaves(config)]);

describe("settings", () => {
  it("are the same in any order of keys, in the members of a list too", () => {
    const one = {
      monitors: { any: { of: [{ on: "kl", kind: "rise", inner: { a: 1, b: [{ c: 2, d: 3 }] } }] } },
    };
    const other = {
      monitors: { any: { of: [{ inner: { b: [{ d: 3, c: 2 }], a: 1 }, kind: "rise", on: "kl" }] } },
    };
    expect(leaves(one)).toBe(leaves(other));
    expect(differingSettings([one, other])).toEqual([]);
  });

  it.each([
    ["the order of a list", { list: [1, 2] }, { list: [2, 1] }],
    ["a member of a list", { list: [{ a: 1 }] }, { list: [{ a: 2 }] }],
    ["a list that is longer", { list: [{ a: 1 }] }, { list: [{ a: 1 }, null] }],
  ])("differ in %s", (_, one, other) => {
    expect(leaves(one)).not.toBe(leaves(other));
    expect(differingSettings([one, other])).toMatchObject([{ key: "list" }]);
  });
});
