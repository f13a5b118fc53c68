/** What a run takes from the hub, pinned to commits in its configuration: the same whenever it is resumed or repeated. */
import { resolveDataset } from "../io/hub/dataset.js";
import { type HubId, isCommit, isDatasetSpec, parseDatasetSpec } from "../io/hub/hub-id.js";
import { hubIdOf, hubOptions, type ResolveOptions, resolveModel } from "./model-folder.js";
import type { RunOptions } from "./observer.js";
import { checkResumable, readRunConfig } from "./run-config.js";
import { isRun } from "./run-info.js";

interface Source {
  /** Key of the configuration. */
  readonly key: readonly string[];
  /** What a value names on the hub; null where it is something on this machine. */
  parse(value: string): (HubId & { readonly path?: string | null }) | null;
  /** Downloads it; returns its name at the commit. */
  resolve(value: string, options: ResolveOptions): Promise<string>;
}

const dataset = (...key: string[]): Source => ({
  key,
  parse: (value) => (isDatasetSpec(value) ? parseDatasetSpec(value) : null),
  resolve: async (value, options) => (await resolveDataset(value, hubOptions(options))).pinned,
});

const sources: readonly Source[] = [
  {
    key: ["model"],
    parse: hubIdOf,
    resolve: async (value, options) => (await resolveModel(value, options)).hub?.pinned ?? value,
  },
  {
    key: ["rewardModel"],
    parse: hubIdOf,
    resolve: async (value, options) => (await resolveModel(value, options)).hub?.pinned ?? value,
  },
  dataset("prompts", "file"),
  dataset("evaluation", "prompts", "file"),
  dataset("validation", "prompts", "file"),
];

/**
 * The configuration with `org/name@commit` in the place of `org/name` or `org/name@branch`, everything downloaded. A run
 * that is resumed keeps the commits that it began with, and asks the hub for nothing. Throws as `resolveModel` and
 * `resolveDataset`, and `run-config-changed` where it began with another model or data set.
 */
export async function pinSources<C extends { readonly output: string }>(
  config: C,
  options: RunOptions,
): Promise<C> {
  const begun =
    options.resume && isRun(config.output)
      ? readRunConfig<unknown>(config.output, { parse: (raw) => raw })
      : null;
  const pinned = structuredClone(config);
  for (const source of sources) {
    const named = at(config, source.key);
    if (typeof named !== "string" || source.parse(named) === null) continue;
    const value = begun === null ? named : pinOf(source, named, at(begun, source.key), config.output);
    put(pinned, source.key, await source.resolve(value, { ...options, cacheOnly: begun !== null }));
  }
  return pinned;
}

/** What the run was begun with, if that may be what is named now: a branch may have been at that commit. */
function pinOf({ key, parse }: Source, named: string, stored: unknown, run: string): string {
  const now = parse(named);
  const then = typeof stored === "string" ? parse(stored) : null;
  if (now && then && now.name === then.name && now.path === then.path && !isCommit(now.revision)) {
    return String(stored);
  }
  const name = key.join(".");
  checkResumable(run, { [name]: stored }, { [name]: named }, { free: [], growing: [] });
  return named;
}

function at(value: unknown, key: readonly string[]): unknown {
  return key.reduce((inner, name) => (inner as Readonly<Record<string, unknown>> | undefined)?.[name], value);
}

function put(value: object, key: readonly string[], leaf: string): void {
  const holder = at(value, key.slice(0, -1)) as Record<string, unknown>;
  holder[key.at(-1)!] = leaf;
}
