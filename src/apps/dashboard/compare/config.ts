/** The configurations of runs, and what they differ in. */
import fs from "node:fs";
import { join } from "node:path";
import { differingSettings } from "../../../run/run-config.js";
import type { ConfigDifference, RunConfigReply } from "../api/compare.js";
import type { Gap } from "../api/problem.js";
import type { OpenRun } from "../runs/open-run.js";

export function configOf({ path, store }: OpenRun): RunConfigReply {
  const gaps: Gap[] = [];
  const read = (name: string): string | null => {
    try {
      return fs.readFileSync(join(path, name), "utf8");
    } catch {
      gaps.push({ code: "run-part", message: `${name} cannot be read.` });
      return null;
    }
  };
  const yaml = read("config.yaml");
  const { config } = store;
  if (yaml !== null && config === null)
    gaps.push({ code: "run-part", message: "config.yaml is no configuration." });
  return { config, yaml, environment: environmentOf(read("environment.json"), gaps), gaps };
}

function environmentOf(text: string | null, gaps: Gap[]): unknown[] {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  gaps.push({ code: "run-part", message: "environment.json is damaged." });
  return [];
}

export function differenceOf(runs: readonly OpenRun[]): ConfigDifference {
  return {
    runs: runs.map(({ id }) => id),
    keys: differingSettings(runs.map(({ store }) => store.config)).map(({ key, values }) => ({
      key,
      values: values.map((value) => value ?? null),
    })),
    gaps: runs.flatMap(({ id, store }) =>
      store.config === null
        ? [{ code: "run-part", message: `The configuration of ${id} cannot be read.` }]
        : [],
    ),
  };
}
