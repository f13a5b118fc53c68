/** Turns what zod found wrong with a config into problems a person can mend: what, where, expected, remedy. */
import type { z } from "zod";
import type { ErrorDetails } from "../errors.js";
import { insteadOfKey } from "./earlier-remedy.js";
import { expected, shown } from "./expected.js";
import { type ConfigPath, keysOf, leavesOf, nodeAt, type SchemaNode } from "./schema-tree.js";
import { didYouMean, isSpelling, nearest } from "./suggest.js";
import { synonymOf, translated } from "./synonyms.js";
import { ofTraining } from "./train-engine-config.js";

/** What is known about a config besides its schema: the values, and where each was written. */
export interface IssueContext {
  readonly tree: SchemaNode;
  readonly value: unknown;
  /** `train.yaml:4:3`, or undefined where the value does not come from a file. */
  where(path: ConfigPath, part: "key" | "value"): string | undefined;
  /** The value's name as its user knows it: `--steps` where a flag gave it, else `steps`. */
  label(path: ConfigPath): string;
  /** How to give a missing value: `--model`, or the dotted key where there is no command line. */
  name(path: ConfigPath): string;
  /** Whether values may stand in a config file. */
  readonly takesFile: boolean;
}

type Issue = z.core.$ZodIssue;

function valueAt(value: unknown, path: ConfigPath): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined),
    value,
  );
}

/** Short and on one line, for the middle of a sentence. */
function found(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a map";
  const text = String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function placed(context: IssueContext, path: ConfigPath, part: "key" | "value"): { where?: string } {
  const where = context.where(path, part);
  return where === undefined ? {} : { where };
}

function unknownKey(key: string, parent: ConfigPath, context: IssueContext): ErrorDetails {
  const siblings = keysOf(nodeAt(context.tree, parent) ?? {});
  const had = parent.length === 0 && siblings.includes("monitors");
  const instead = had ? insteadOfKey(key, valueAt(context.value, [key])) : undefined;
  const embedded = parent.at(-1) === "engine" ? ofTraining(key) : undefined;
  const meant = embedded ?? instead ?? meantBy(key, parent, siblings, context);
  const at = placed(context, [...parent, key], "key");
  const place = at.where ?? (parent.length > 0 ? parent.join(".") : "the config");
  return {
    code: "config-unknown-key",
    message: `unknown key "${key}" in ${place}`,
    found: key,
    // Where it is known what was meant, a list of all keys says nothing.
    ...(meant === undefined ? { expected: siblings.join(", ") } : {}),
    remedy: meant ?? "remove it, or take one of these keys",
    ...at,
  };
}

/** What to write for an unknown key: the same word spelt otherwise, else what other trainers call so, else what is near. */
function meantBy(
  key: string,
  parent: ConfigPath,
  siblings: readonly string[],
  { tree, value }: IssueContext,
): string | undefined {
  const everywhere = leavesOf(tree).map((leaf) => leaf.path.join("."));
  const all = [...siblings, ...everywhere];
  const shown = (name: string): string =>
    siblings.includes(name) || name.includes(".") ? `"${name}"` : `"${name}" at the top level`;
  const has = (name: string): boolean => nodeAt(tree, name.split(".")) !== undefined;
  // A word of another place may be something else where it comes from: TRL's max_steps is not curriculum.maxSteps.
  const same = [...siblings, ...(synonymOf(key)?.keys.flat().filter(has) ?? everywhere)];
  if (!same.some((name) => isSpelling(key, name))) {
    const inside = namesUnder(key, valueAt(value, [...parent, key]));
    // A map of anybody's values, as chat_template_kwargs, is known by its own name alone.
    for (const names of [inside, [key]]) {
      const known = names.flatMap((name) => translated(name, has, shown) ?? []);
      if (known.length > 0) return known.join("; ");
    }
  }
  const near = nearest(key, all);
  const nearSiblings = near.filter((name) => siblings.includes(name));
  const names = (nearSiblings.length > 0 ? nearSiblings : near).map(shown);
  return names.length > 0 ? `did you mean ${names.join(" or ")}?` : undefined;
}

/** The dotted names of the values below an unknown key, as the maps of verl have them; the key alone where it holds a value. */
function namesUnder(key: string, value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [key];
  return Object.entries(value).flatMap(([name, inner]) => namesUnder(`${key}.${name}`, inner));
}

function missing(path: ConfigPath, node: SchemaNode, context: IssueContext): ErrorDetails {
  const ways =
    node.properties === undefined
      ? [path]
      : leavesOf(node, path)
          .slice(0, 3)
          .map((leaf) => leaf.path);
  const names = ways.map((way) => context.name(way)).join(", ");
  const inFile = context.takesFile ? `, or write "${path.join(".")}" in a config file` : "";
  return {
    code: "config-missing-key",
    message: `no ${path.join(".")} given`,
    expected: node.description ?? expected(node),
    remedy: `give ${ways.length > 1 ? `one of ${names} …` : names}${inFile}`,
    ...placed(context, path, "key"),
  };
}

function invalidValue(path: ConfigPath, node: SchemaNode, context: IssueContext): ErrorDetails {
  const value = valueAt(context.value, path);
  const accepted = expected(node);
  const about = `${path.join(".")}: ${node.description ?? accepted}`;
  const fallback = node.default === undefined ? about : `${about} (default ${shown(node.default)})`;
  return {
    code: "config-invalid-value",
    message: `Invalid value for ${context.label(path)} (${found(value)}). Expected ${accepted}.`,
    found: value,
    expected: accepted,
    remedy: node.enum === undefined ? fallback : didYouMean(String(value), node.enum, fallback),
    ...placed(context, path, "value"),
  };
}

function invalidKey(path: ConfigPath, context: IssueContext): ErrorDetails {
  const parent = path.slice(0, -1);
  const key = path[path.length - 1] ?? "";
  const names = nodeAt(context.tree, parent)?.propertyNames;
  const accepted = names?.description ?? `a key that matches ${names?.pattern ?? "the schema"}`;
  return {
    code: "config-invalid-key",
    message: `Invalid key in ${context.label(parent)} (${key}). Expected ${accepted}.`,
    found: key,
    expected: accepted,
    remedy: "rename the key",
    ...placed(context, path, "key"),
  };
}

/** The problems behind one zod issue: several unknown keys, or those of the alternative that was meant. */
export function problemsOf(issue: Issue, context: IssueContext, prefix: ConfigPath = []): ErrorDetails[] {
  const path = [...prefix, ...issue.path.map(String)];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(key, path, context));
  if (issue.code === "invalid_key") return [invalidKey(path, context)];
  if (issue.code === "invalid_union") {
    // The alternative that was meant is the one whose complaints lie deeper than "this is not my type".
    const meant = issue.errors.find((issues) =>
      issues.every((inner) => inner.path.length > 0 || inner.code === "unrecognized_keys"),
    );
    if (meant !== undefined) return meant.flatMap((inner) => problemsOf(inner, context, path));
  }
  if (issue.code === "custom") {
    const { code, expected: accepted, remedy } = issue.params ?? {};
    return [
      {
        code: typeof code === "string" ? code : "config-conflict",
        message: issue.message,
        ...(typeof accepted === "string" ? { expected: accepted } : {}),
        remedy: typeof remedy === "string" ? remedy : "change one of the values",
        ...placed(context, path, "value"),
      },
    ];
  }
  const node = nodeAt(context.tree, path) ?? {};
  const absent = valueAt(context.value, path) === undefined;
  return [absent ? missing(path, node, context) : invalidValue(path, node, context)];
}
