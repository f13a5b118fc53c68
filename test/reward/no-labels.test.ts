/** Self-training cannot reach a true label or a task's scorer: its modules import nothing that has one. */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../src/", import.meta.url));

/** Every file of ours that a module imports, itself included, type imports too; paths relative to src. */
function imports(module: string, seen = new Set<string>()): Set<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  const path = resolve(source, module);
  for (const [, specifier] of readFileSync(path, "utf8").matchAll(
    /(?:from|import)\s*\(?\s*"(\.[^"]+)\.js"/g,
  )) {
    imports(relative(source, resolve(dirname(path), `${specifier}.ts`)), seen);
  }
  return seen;
}

describe("what the reward can reach", () => {
  it("defect 13: no reward imports a task, a data set or anything that scores", () => {
    expect([...imports("reward/create.ts")].sort()).toEqual([
      "answer/same.ts",
      "errors.ts",
      "group.ts",
      "random.ts",
      "reward/agreement.ts",
      "reward/compare.ts",
      "reward/controls.ts",
      "reward/create.ts",
      "reward/draws.ts",
      "reward/intrinsic.ts",
      "reward/majority-novelty.ts",
      "reward/majority.ts",
      "reward/mixed.ts",
      "reward/reward-source.ts",
      "reward/similarity.ts",
      "reward/soft.ts",
      "reward/stored-labels.ts",
      "reward/teacher.ts",
      "vote/entropy.ts",
      "vote/majority.ts",
      "vote/ties.ts",
      "vote/variants.ts",
    ]);
  });

  it("what offline training prefers is chosen from prompts, answers and votes alone", () => {
    const chosen = new Set(
      ["completions.ts", "pairs.ts"].flatMap((name) => [...imports(`preference/${name}`)]),
    );
    expect([...chosen].sort()).toEqual([
      "answer/same.ts",
      "group.ts",
      "preference/completions.ts",
      "preference/pairs.ts",
      "preference/voted-prompt.ts",
      "random.ts",
    ]);
    for (const file of chosen) {
      if (file === "group.ts") continue;
      expect(readFileSync(resolve(source, file), "utf8"), file).not.toMatch(/HiddenLabels|passRate/);
    }
  });

  it("the votes of an offline round are read without the true answers beside them", () => {
    for (const name of ["votes.ts", "labels.ts", "selection.ts", "round.ts", "update.ts", "reference.ts"]) {
      const text = readFileSync(resolve(source, "trainer/finetune", name), "utf8");
      expect(text, name).not.toMatch(
        /HiddenLabels|passRate|\.labels\.(get|has)|label-metrics|preference-metrics/,
      );
    }
  });

  it.each([
    "reward/majority.ts",
    "reward/soft.ts",
    "reward/majority-novelty.ts",
    "reward/teacher.ts",
    "reward/controls.ts",
    "reward/intrinsic.ts",
    "reward/check.ts",
    "reward-http/http-reward.ts",
  ])("%s and all it imports never name the true labels", (module) => {
    const files = [...imports(module)];
    for (const labelled of ["stored-labels", "mixed", "label-noise", "create"])
      expect(files).not.toContain(`reward/${labelled}.ts`);
    const naming = files.filter((file) => /HiddenLabels/.test(readFileSync(resolve(source, file), "utf8")));
    // group.ts defines the type, apart from Group, so that a Group cannot carry it.
    expect(naming).toEqual(["group.ts"]);
  });

  it("an endpoint reaches rewards, votes and the network, and no labels, tasks or data", () => {
    const folders = [...imports("reward-http/http-reward.ts")].map((file) => file.split("/")[0]);
    expect(new Set(folders)).toEqual(
      new Set(["answer", "errors.ts", "group.ts", "random.ts", "reward", "reward-http", "vote"]),
    );
  });
});
