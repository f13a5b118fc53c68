/** The folders import each other one way only, as docs/architecture.md says. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative, sep } from "node:path";
import { describe, expect, it } from "vitest";

/** What each quarter of src may import, beside the ground. A folder that is missing here fails the test. */
const QUARTERS: Readonly<Record<string, readonly string[]>> = {
  graph: [],
  core: [],
  io: [],
  config: ["core"],
  model: ["graph", "io"],
  data: ["config", "core", "io"],
  engine: ["core", "graph", "model"],
  run: ["core", "io", "model"],
  training: ["config", "core", "data", "engine", "io", "model", "run"],
  apps: ["config", "core", "data", "engine", "io", "model", "run", "training"],
  cli: ["apps", "config", "core", "data", "engine", "io", "model", "run", "training"],
};

/** The same for the houses of a quarter. */
const HOUSES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  core: {
    advantage: [],
    answer: [],
    loss: [],
    vote: ["answer"],
    reward: ["answer", "vote"],
    statistics: [],
    "reward-model": ["answer", "statistics"],
    preference: ["answer"],
    monitor: ["answer", "loss", "preference", "reward", "reward-model", "statistics", "vote"],
    detect: ["statistics"],
    curriculum: ["answer", "reward", "vote"],
  },
  io: { fs: [], http: [], hub: ["fs"] },
  engine: { onnx: [], tinker: [] },
  training: {
    rollout: [],
    "reward-http": [],
    monitors: [],
    controls: [],
    scorer: ["rollout"],
    start: ["rollout"],
    evaluate: ["rollout", "scorer", "start"],
    probe: ["rollout"],
    label: ["rollout", "scorer", "start"],
    loop: ["controls", "evaluate", "label", "monitors", "probe", "reward-http", "rollout", "scorer", "start"],
    plan: ["loop", "rollout", "scorer", "start"],
    pretrain: ["evaluate", "loop", "plan", "rollout", "start"],
    finetune: ["evaluate", "label", "loop", "plan", "rollout", "start"],
    "reward-model": ["label", "loop", "plan", "rollout", "start"],
  },
  apps: {
    audit: ["report"],
    dashboard: ["audit", "jobs", "report", "sql"],
    doctor: [],
    "engine-server": [],
    export: [],
    grade: [],
    handoff: ["export", "grade"],
    submit: [],
    plan: [],
    replay: [],
    report: [],
    progress: ["report"],
    demo: ["report"],
    runs: [],
    show: [],
    sql: [],
    jobs: [],
    sweep: ["jobs", "report"],
    study: ["audit", "jobs", "report"],
    monitors: [],
  },
};

/** Files of a quarter that all of its houses may import. */
const FOUNDATIONS: Readonly<Record<string, readonly string[]>> = { engine: ["check.ts", "engine.ts"] };

/** The same for the folders of the embedded engine. Its own files may import all of them. */
const ENGINE_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  programs: [],
  "c-api": [],
  runtime: ["c-api"],
  tasks: [],
  threads: [],
  policy: ["programs", "runtime"],
  sampling: ["policy", "programs", "runtime"],
  training: ["policy", "programs", "runtime"],
  optimiser: ["policy", "programs", "runtime", "tasks", "training"],
  device: ["c-api", "optimiser", "policy", "programs", "runtime", "sampling", "training"],
  memory: ["c-api", "optimiser", "programs", "sampling", "training"],
  streams: ["c-api", "memory", "policy", "programs", "runtime", "sampling", "tasks", "training"],
};

/** The same for the folders of the engine over HTTP. */
const TINKER_MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  transport: ["wire"],
  profile: [],
  session: ["transport", "wire"],
  training: ["profile", "session", "transport", "wire"],
  sampling: ["profile", "training", "transport", "wire"],
  connection: ["profile", "sampling", "session", "training", "transport", "wire"],
  server: ["connection", "profile", "training", "transport", "wire"],
};

/** Files directly in src that anything may import. */
const GROUND = [
  "earlier-config.ts",
  "earlier-keys.ts",
  "errors.ts",
  "exact-number.ts",
  "group.ts",
  "numbers.ts",
  "plain.ts",
  "random.ts",
  "tinker-servers.ts",
  "utf8.ts",
];

const src = new URL("../src/", import.meta.url).pathname;

interface Import {
  readonly file: string;
  readonly target: string;
  /** The folder or file that imports, and the one that is imported, directly in `root`. */
  readonly from: string;
  readonly to: string;
}

/** All imports between files of `root`, dynamic ones included. */
function importsIn(root: string): Import[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((f) => /\.tsx?$/.test(f));
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].flatMap(
      ([, specifier]) => {
        const stem = relative(root, normalize(join(root, dirname(file), specifier!))).replace(/\.js$/, "");
        if (stem.startsWith("..")) return [];
        const target = files.includes(`${stem}.tsx`) ? `${stem}.tsx` : `${stem}.ts`;
        return [{ file, target, from: file.split(sep)[0]!, to: target.split(sep)[0]! }];
      },
    ),
  );
}

/** Name, folder, its rules, files that anything in it may import, and which may import anything. */
type Root = [
  string,
  string,
  Readonly<Record<string, readonly string[]>>,
  readonly string[],
  (file: string) => boolean,
];

/** Folders directly in `root`. */
const foldersIn = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

describe.each<Root>([
  ["src", src, QUARTERS, GROUND, (file) => file === "index.ts"],
  ...Object.entries(HOUSES).map(
    ([quarter, houses]): Root => [
      quarter,
      join(src, quarter),
      houses,
      FOUNDATIONS[quarter] ?? [],
      () => false,
    ],
  ),
  ["the embedded engine", join(src, "engine/onnx"), ENGINE_MAY_IMPORT, [], (file) => file.endsWith(".ts")],
  ["the engine over HTTP", join(src, "engine/tinker"), TINKER_MAY_IMPORT, [], (file) => file.endsWith(".ts")],
])("the architecture of %s", (_, root, mayImport, foundation, mayImportAll) => {
  it("has a rule for every folder", () => {
    expect(Object.keys(mayImport).sort()).toEqual(foldersIn(root));
  });

  it("imports one way only", () => {
    const wrong = importsIn(root).filter(
      ({ from, to }) =>
        from !== to && !mayImportAll(from) && !foundation.includes(to) && !mayImport[from]?.includes(to),
    );
    expect(wrong).toEqual([]);
  });

  it("allows no circle between folders", () => {
    const reachable = (from: string, seen = new Set<string>()): Set<string> => {
      for (const next of mayImport[from] ?? []) if (!seen.has(next)) reachable(next, seen.add(next));
      return seen;
    };
    expect(Object.keys(mayImport).filter((folder) => reachable(folder).has(folder))).toEqual([]);
  });
});

/** Recursive by nature: an expression is made of expressions. */
const RECURSIVE = "core/answer/canonical/";

it("allows no circle between files, types included, but where a grammar is recursive", () => {
  const next = new Map<string, string[]>();
  for (const { file, target } of importsIn(src)) next.set(file, [...(next.get(file) ?? []), target]);
  const reaches = (from: string): boolean => {
    const seen = new Set<string>();
    const open = [...(next.get(from) ?? [])];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (file === from) return true;
      if (!seen.has(file)) open.push(...(next.get(file) ?? []));
      seen.add(file);
    }
    return false;
  };
  const circular = [...next.keys()].filter(reaches);
  expect(circular.filter((file) => !file.startsWith(RECURSIVE))).toEqual([]);
  expect(circular.length).toBeGreaterThan(0);
});

it("keeps the main loop under 150 lines", () => {
  expect(readFileSync(join(src, "training/loop/train.ts"), "utf8").split("\n").length).toBeLessThan(150);
});

/** What runs in a browser alone, and is bundled instead of compiled. */
const BROWSER = /^apps\/(?:report\/script|dashboard\/page)\//;

describe("what runs in a browser", () => {
  it("is imported by nothing else", () => {
    const wrong = importsIn(src).filter(({ file, target }) => BROWSER.test(target) && !BROWSER.test(file));
    expect(wrong).toEqual([]);
  });

  it("imports nothing of Node, at any distance", () => {
    const all = importsIn(src);
    const open = all.filter(({ file }) => BROWSER.test(file)).map(({ file }) => file);
    const reached = new Set(open);
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      const text = readFileSync(join(src, file), "utf8");
      expect(text, file).not.toMatch(/from "node:/);
      // Types vanish in the bundle.
      for (const [, specifier] of text.matchAll(/^import (?!type)[^;]*from "(\.[^"]+)\.js"/gms)) {
        const stem = normalize(join(dirname(file), specifier!));
        const target = all.find((own) => own.target.replace(/\.tsx?$/, "") === stem)?.target;
        if (target !== undefined && !reached.has(target)) {
          reached.add(target);
          open.push(target);
        }
      }
    }
    expect(reached.size).toBeGreaterThan(5);
  });
});
