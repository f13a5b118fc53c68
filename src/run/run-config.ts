/** `config.yaml` of a run: the configuration as resolved, and what a resumed run may change of it. */
import fs from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { asItWas } from "../earlier-config.js";
import { SelftrainError } from "../errors.js";
import { writeFileAtomic } from "../io/fs/atomic.js";
import { readStored } from "../io/fs/stored.js";

/** Anything that checks a configuration, such as a zod schema. */
export interface ConfigSchema<C> {
  parse(raw: unknown): C;
}

/** Keys, as dotted paths, that a resumed run may give another value; a path covers what is below it. */
export interface ResumeRules {
  /** May take any value: they do not change the result. */
  readonly free: readonly string[];
  /** Numbers that may be raised: the result of the longer run begins as that of the shorter. */
  readonly growing: readonly string[];
}

/**
 * Rules of a run whose steps do not depend on how many there will be. A run whose learning rate decays over `steps`
 * needs `growing: []`.
 */
export const defaultResumeRules: ResumeRules = {
  free: ["output", "checkpointEvery", "keepCheckpoints", "trackers"],
  growing: ["steps"],
};

const configPath = (runDir: string) => join(runDir, "config.yaml");

export function writeRunConfig(runDir: string, config: object): void {
  writeFileAtomic(configPath(runDir), stringify(config, { lineWidth: 0 }));
}

/** The file of the stored configuration. Throws `run-config-missing` where it is gone. */
export function runConfigFile(runDir: string): string {
  const path = configPath(runDir);
  if (fs.existsSync(path)) return path;
  throw new SelftrainError({
    code: "run-config-missing",
    message: "The run has lost its config.yaml, the configuration it was made with.",
    found: "no such file",
    where: path,
    remedy:
      "Restore the file, or write the run's configuration there again: nothing can be resumed or replayed without it.",
  });
}

/** The stored configuration, in the keys of today. Throws `run-config-missing`, and `run-config-invalid` where it is not one. */
export function readRunConfig<C>(runDir: string, schema: ConfigSchema<C>): C {
  return readStored(runConfigFile(runDir), {
    code: "run-config-invalid",
    message: "The configuration stored in the run directory is not valid.",
    remedy: "Undo the edits made to the file, or start a new run.",
    action: "read the configuration",
    read: (text) => schema.parse(asItWas(parse(text))),
  });
}

/** Throws `run-config-changed`, naming the keys, where `wanted` would continue the run with another result. */
export function checkResumable(runDir: string, stored: object, wanted: object, rules: ResumeRules): void {
  const before = configLeaves(stored);
  const after = configLeaves(wanted);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (key) => !isAllowed(key, before.get(key), after.get(key), rules),
  );
  if (changed.length === 0) return;
  const show = (values: Map<string, unknown>) =>
    Object.fromEntries(changed.map((key) => [key, values.get(key) ?? null]));
  throw new SelftrainError({
    code: "run-config-changed",
    message: `A resumed run keeps its configuration, and this one differs in ${changed.join(", ")}.`,
    found: show(after),
    expected: show(before),
    where: configPath(runDir),
    remedy: "Resume with the stored values, or start a new run with another output.",
  });
}

function isAllowed(key: string, before: unknown, after: unknown, rules: ResumeRules): boolean {
  if (JSON.stringify(before) === JSON.stringify(after)) return true;
  if (rules.free.some((free) => key === free || key.startsWith(`${free}.`))) return true;
  return (
    rules.growing.includes(key) && typeof before === "number" && typeof after === "number" && after > before
  );
}

/**
 * Values of a configuration by dotted path. A list is one value; undefined is the same as absent, and the order of keys says nothing, in the
 * members of a list too.
 */
export function configLeaves(value: object, prefix = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, child] of Object.entries(value)) {
    const key = `${prefix}${name}`;
    if (child === undefined) continue;
    if (typeof child === "object" && child !== null && !Array.isArray(child)) {
      for (const [path, leaf] of configLeaves(child, `${key}.`)) found.set(path, leaf);
    } else found.set(key, inOrder(child));
  }
  return found;
}

/** The same value with the keys of every object in it in order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}

/** A setting that is not the same in all configurations. */
export interface DifferingSetting {
  /** Dotted. */
  readonly key: string;
  /** By configuration; undefined where it has no such key, or is not known. */
  readonly values: readonly unknown[];
}

/** Where a run lies is no setting that tells it from another. */
const PLACES: ReadonlySet<string> = new Set(["output"]);

/** Settings that differ, in the order of the configurations. One that is null is not known, and differs from none. */
export function differingSettings(configs: readonly (object | null)[]): DifferingSetting[] {
  const all = configs.map((config) => config && configLeaves(config));
  const keys = new Set(all.flatMap((leaves) => [...(leaves?.keys() ?? [])]));
  return [...keys].flatMap((key) => {
    const known = all.flatMap((leaves) => (leaves === null ? [] : [JSON.stringify(leaves.get(key))]));
    return PLACES.has(key) || new Set(known).size < 2
      ? []
      : [{ key, values: all.map((leaves) => leaves?.get(key)) }];
  });
}
