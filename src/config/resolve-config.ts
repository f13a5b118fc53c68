/** Layers of a config, checked: defaults, under a YAML file, under flags. */
import type { z } from "zod";
import type { ErrorDetails } from "../errors.js";
import { type IssueContext, problemsOf } from "./issues.js";
import { throwProblems } from "./problems.js";
import { type ConfigPath, schemaTree } from "./schema-tree.js";
import type { YamlSource } from "./yaml-source.js";

export interface ConfigLayers {
  /** The lower layer. */
  readonly file?: YamlSource | undefined;
  /** The upper layer: values by dotted path, `adam.learningRate`. A map given here replaces the file's. */
  readonly flags?: ReadonlyMap<string, unknown>;
  /** How the command line spells a path: `adam.learningRate` → `--adam.learning-rate`. */
  readonly flagOf?: (path: ConfigPath) => string;
  /** Whether values may stand in a file at all; by default they may. */
  readonly takesFile?: boolean;
}

type Plain = Record<string, unknown>;

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A copy of `base` with `value` at `path`; whatever stood in the way of the path is replaced. */
export function withValue(base: unknown, [key, ...rest]: ConfigPath, value: unknown): unknown {
  if (key === undefined) return value;
  const map = isPlain(base) ? base : {};
  return { ...map, [key]: withValue(map[key], rest, value) };
}

/** The flags laid over the file, nothing checked and no default filled in. */
function mergeLayers(layers: ConfigLayers): unknown {
  let merged: unknown = layers.file?.value ?? {};
  for (const [path, value] of layers.flags ?? []) merged = withValue(merged, path.split("."), value);
  return merged;
}

/** The config, or what is wrong with it. */
export type CheckedConfig<C> =
  | { readonly config: C; readonly problems: readonly [] }
  | { readonly config?: undefined; readonly problems: readonly ErrorDetails[] };

/**
 * Checks the layers together and fills in every default. All problems are found in one go: `config-unknown-key`,
 * `config-invalid-value`, `config-missing-key`, `config-invalid-key`, `config-conflict`.
 */
export function checkConfig<S extends z.ZodType>(
  schema: S,
  layers: ConfigLayers,
): CheckedConfig<z.output<S>> {
  const value = mergeLayers(layers);
  const result = schema.safeParse(value);
  if (result.success) return { config: result.data, problems: [] };
  const { file, flags, flagOf } = layers;
  const fromFlag = (path: ConfigPath): boolean =>
    path.some((_, depth) => flags?.has(path.slice(0, depth + 1).join(".")) ?? false);
  const name = (path: ConfigPath): string => (flagOf === undefined ? path.join(".") : flagOf(path));
  const context: IssueContext = {
    tree: schemaTree(schema),
    value,
    where: (path, part) => (fromFlag(path) ? undefined : file?.where(path, part)),
    label: (path) => (fromFlag(path) ? name(path) : path.join(".")),
    name,
    takesFile: layers.takesFile ?? true,
  };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, context));
  return { problems: problems.sort(byPosition) };
}

/** Flags first, then down the file. */
function byPosition(one: ErrorDetails, other: ErrorDetails): number {
  return (one.where ?? "").localeCompare(other.where ?? "", "en", { numeric: true });
}

/** The config that results from the layers. Throws all problems that `checkConfig` finds. */
export function resolveConfig<S extends z.ZodType>(schema: S, layers: ConfigLayers = {}): z.output<S> {
  const { config, problems } = checkConfig(schema, layers);
  throwProblems(problems);
  return config as z.output<S>;
}
