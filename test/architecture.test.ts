/** The folders import each other one way only, as docs/architecture.md says. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** What each folder of src may import, beside the foundation. A folder that is missing here fails the test. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // The pure core.
  advantage: [],
  answer: [],
  loss: [],
  vote: ["answer"],
  reward: ["answer", "vote"],
  "reward-model": ["answer"],
  preference: ["answer"],
  monitor: ["answer", "preference", "reward", "vote"],
  // A reward that is elsewhere.
  "reward-http": ["reward", "vote"],
  curriculum: ["answer", "reward", "vote"],
  // What the core knows nothing of.
  fs: [],
  hub: ["fs"],
  graph: [],
  config: ["answer", "reward-model", "vote"],
  tasks: [],
  data: ["answer", "config", "fs", "hub", "tasks"],
  tokenizer: ["fs"],
  model: ["fs", "graph"],
  engine: ["graph", "loss", "model"],
  run: ["fs", "hub", "model"],
  rollout: ["answer", "config", "data", "engine", "tokenizer", "vote"],
  scorer: ["engine", "model", "rollout", "run", "tokenizer"],
  evaluate: [
    "answer",
    "config",
    "data",
    "engine",
    "model",
    "monitor",
    "reward-model",
    "rollout",
    "run",
    "scorer",
    "tokenizer",
    "vote",
  ],
  label: [
    "answer",
    "config",
    "curriculum",
    "data",
    "engine",
    "fs",
    "model",
    "reward-model",
    "rollout",
    "run",
    "scorer",
    "tokenizer",
    "vote",
  ],
  trainer: [
    "advantage",
    "answer",
    "config",
    "curriculum",
    "data",
    "engine",
    "evaluate",
    "fs",
    "label",
    "loss",
    "model",
    "monitor",
    "preference",
    "reward",
    "reward-http",
    "reward-model",
    "rollout",
    "run",
    "scorer",
    "tasks",
    "tokenizer",
    "vote",
  ],
  export: ["config", "fs", "model", "run"],
  doctor: ["answer", "config", "data", "model", "rollout", "run", "tokenizer"],
  replay: ["answer", "config", "curriculum", "data", "fs", "reward", "rollout", "run", "trainer"],
  report: ["fs", "run"],
  demo: ["config", "data", "evaluate", "fs", "report", "run", "trainer"],
  grade: ["answer", "config", "data", "fs", "hub", "vote"],
  cli: [
    "config",
    "data",
    "demo",
    "doctor",
    "evaluate",
    "export",
    "fs",
    "grade",
    "label",
    "replay",
    "report",
    "reward-model",
    "run",
    "tasks",
    "trainer",
  ],
};

/** Files directly in src that anything may import. */
const FOUNDATION = ["errors.ts", "group.ts", "random.ts"];

const src = new URL("../src/", import.meta.url).pathname;
const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".ts"));

/** [importing file, imported folder or foundation file] of every import between folders, dynamic ones included. */
const imports = files.flatMap((file) =>
  [...readFileSync(join(src, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map(
    ([, specifier]) => {
      const target = relative(src, normalize(join(src, dirname(file), specifier!))).replace(/\.js$/, ".ts");
      return { file, from: file.split(sep)[0]!, to: target.split(sep)[0]! };
    },
  ),
);

describe("architecture", () => {
  it("has a rule for every folder", () => {
    const folders = new Set(files.filter((f) => f.includes(sep)).map((f) => f.split(sep)[0]!));
    expect([...folders].sort()).toEqual(Object.keys(MAY_IMPORT).sort());
  });

  it("imports one way only", () => {
    const wrong = imports.filter(
      ({ from, to }) =>
        from !== to &&
        from !== "index.ts" &&
        !FOUNDATION.includes(to) &&
        !(MAY_IMPORT[from] ?? []).includes(to),
    );
    expect(wrong).toEqual([]);
  });

  it("allows no circle between folders", () => {
    const reachable = (from: string, seen = new Set<string>()): Set<string> => {
      for (const next of MAY_IMPORT[from] ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
      return seen;
    };
    expect(Object.keys(MAY_IMPORT).filter((folder) => reachable(folder).has(folder))).toEqual([]);
  });

  it("keeps the main loop under 150 lines", () => {
    expect(readFileSync(join(src, "trainer/train.ts"), "utf8").split("\n").length).toBeLessThan(150);
  });
});
