/** Self-training cannot reach a true label or a task's scorer: its modules import nothing that has one. */
import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const source = fileURLToPath(new URL("../../../src/", import.meta.url));

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
    expect([...imports("core/reward/create.ts")].sort()).toEqual([
      "core/answer/same.ts",
      "core/reward/agreement.ts",
      "core/reward/compare.ts",
      "core/reward/controls.ts",
      "core/reward/create.ts",
      "core/reward/draws.ts",
      "core/reward/intrinsic.ts",
      "core/reward/majority-novelty.ts",
      "core/reward/majority.ts",
      "core/reward/mixed.ts",
      "core/reward/reward-source.ts",
      "core/reward/similarity.ts",
      "core/reward/soft.ts",
      "core/reward/stored-labels.ts",
      "core/reward/teacher.ts",
      "core/vote/answer-class.ts",
      "core/vote/entropy.ts",
      "core/vote/majority.ts",
      "core/vote/min-answers.ts",
      "core/vote/ties.ts",
      "core/vote/variants.ts",
      "errors.ts",
      "group.ts",
      "numbers.ts",
      "plain.ts",
      "random.ts",
    ]);
  });

  it("what offline training prefers is chosen from prompts, answers and votes alone", () => {
    const chosen = new Set(
      ["completions.ts", "pairs.ts"].flatMap((name) => [...imports(`core/preference/${name}`)]),
    );
    expect([...chosen].sort()).toEqual([
      "core/answer/same.ts",
      "core/preference/completions.ts",
      "core/preference/pairs.ts",
      "core/preference/voted-prompt.ts",
      "group.ts",
      "random.ts",
    ]);
    for (const file of chosen) {
      if (file === "group.ts") continue;
      expect(readFileSync(resolve(source, file), "utf8"), file).not.toMatch(/HiddenLabels|passRate/);
    }
  });

  it("the votes of an offline round are read without the true answers beside them", () => {
    for (const name of ["votes.ts", "labels.ts", "selection.ts", "round.ts", "update.ts", "reference.ts"]) {
      const text = readFileSync(resolve(source, "training/finetune", name), "utf8");
      expect(text, name).not.toMatch(
        /HiddenLabels|passRate|\.labels\.(get|has)|label-metrics|preference-metrics/,
      );
    }
  });

  it.each([
    "core/reward/majority.ts",
    "core/reward/soft.ts",
    "core/reward/majority-novelty.ts",
    "core/reward/teacher.ts",
    "core/reward/controls.ts",
    "core/reward/intrinsic.ts",
    "core/reward/check.ts",
    "training/reward-http/http-reward.ts",
  ])("%s and all it imports never name the true labels", (module) => {
    const files = [...imports(module)];
    for (const labelled of ["stored-labels", "mixed", "label-noise", "create"])
      expect(files).not.toContain(`core/reward/${labelled}.ts`);
    const naming = files.filter((file) => /HiddenLabels/.test(readFileSync(resolve(source, file), "utf8")));
    // group.ts defines the type, apart from Group, so that a Group cannot carry it.
    expect(naming).toEqual(["group.ts"]);
  });

  it("an endpoint reaches rewards, votes and the network, and no labels, tasks or data", () => {
    const folders = [...imports("training/reward-http/http-reward.ts")].map((file) =>
      file.split("/").slice(0, -1).join("/"),
    );
    expect(new Set(folders)).toEqual(
      new Set(["", "core/answer", "core/reward", "core/vote", "training/reward-http"]),
    );
  });
});
