import { describe, expect, it } from "vitest";
import { parseYaml, readYaml } from "../../src/config/yaml-source.js";

describe("parseYaml", () => {
  const source = parseYaml(
    "# comment\nsteps: 3\nadam:\n  learningRate: 1e-3\n  beta1:\nlevels: {2: 1, 3: 4}\n",
    "a.yaml",
  );

  it.each([
    [["steps"], "key", "a.yaml:2:1"],
    [["steps"], "value", "a.yaml:2:8"],
    [["adam", "learningRate"], "value", "a.yaml:4:17"],
    [["adam", "beta1"], "key", "a.yaml:5:3"],
    [["levels", "3"], "value", "a.yaml:6:19"],
    [["adam", "absent"], "value", "a.yaml:4:3"],
    [["absent"], "key", "a.yaml:2:1"],
  ] as const)("knows where %s stands (%s)", (path, part, where) =>
    expect(source.where(path, part)).toBe(where),
  );

  it("gives plain data", () => {
    expect(source.value).toEqual({
      steps: 3,
      adam: { learningRate: 0.001, beta1: null },
      levels: { "2": 1, "3": 4 },
    });
  });

  it("takes an empty file for an empty map", () =>
    expect(parseYaml("# nothing\n", "a.yaml").value).toEqual({}));

  it.each([
    ["a: [1\nb: 2\n", "config-yaml"],
    ["a: 1\na: 2\n", "config-yaml"],
    ["- a\n- b\n", "config-not-a-map"],
    ["just text", "config-not-a-map"],
    ["a: *nowhere\n", "config-yaml"],
  ])("refuses %j", (text, code) => {
    const where = expect.stringMatching(/^a\.yaml:\d+:\d+$/);
    expect(() => parseYaml(text, "a.yaml")).toThrow(expect.objectContaining({ code, where }));
  });
});

describe("readYaml", () => {
  it("says which file cannot be read", () => {
    expect(() => readYaml("no/such.yaml")).toThrow(
      expect.objectContaining({ code: "config-file", where: "no/such.yaml", found: "ENOENT" }),
    );
  });
});
