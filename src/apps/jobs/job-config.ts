/** From a file that holds configs of several jobs to each job's own, checked by the schema of its command, with places in that file. */
import { checkConfig, withValue } from "../../config/resolve-config.js";
import type { ConfigPath } from "../../config/schema-tree.js";
import type { YamlSource } from "../../config/yaml-source.js";
import type { ErrorDetails } from "../../errors.js";
import { JOB_COMMANDS } from "./commands.js";
import type { JobCommand, JobConfig } from "./job.js";
import { THREADS } from "./limits.js";

/** What stands under a path of the file, as a layer of a config; an empty one where nothing does. */
export function layerAt(source: YamlSource, path: ConfigPath): YamlSource {
  const value = path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    source.value,
  );
  return {
    file: source.file,
    value: (value ?? {}) as YamlSource["value"],
    where: (inner, part) => source.where([...path, ...inner], part),
  };
}

/** A layer with values laid over it by dotted key. The place of such a value is the one that `at` names of its key. */
export function overlaid(
  layer: YamlSource,
  values: readonly (readonly [key: string, value: unknown])[],
  at: (key: string, part: "key" | "value") => string,
): YamlSource {
  const value = values.reduce<unknown>(
    (config, [key, own]) => withValue(config, key.split("."), own),
    layer.value,
  ) as YamlSource["value"];
  const where = (path: ConfigPath, part: "key" | "value"): string => {
    const dotted = path.join(".");
    const key = values.findLast(([name]) => dotted === name || dotted.startsWith(`${name}.`))?.[0];
    return key === undefined ? layer.where(path, part) : at(key, part);
  };
  return { ...layer, value, where };
}

/** The config of a job, with what its maker gives; undefined where it has problems, which are added to those known. */
export function jobConfig(
  command: JobCommand,
  layer: YamlSource,
  own: Readonly<Record<string, unknown>>,
  problems: ErrorDetails[],
): JobConfig | undefined {
  const checked = checkConfig(JOB_COMMANDS[command].schema, {
    file: { ...layer, value: { ...layer.value, ...own } },
  });
  problems.push(...checked.problems);
  if (checked.config === undefined) return undefined;
  const { engine } = checked.config;
  return { ...checked.config, engine: { ...engine, threads: engine.threads ?? THREADS } };
}

/** A mistake in what several jobs share is one. */
export function distinct(problems: readonly ErrorDetails[]): ErrorDetails[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
