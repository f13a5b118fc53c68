/**
 * The command line's flags, made from a config schema. Every leaf has its full name, `adam.learningRate` →
 * `--adam.learning-rate`; where the last part alone says which is meant, that is a flag too: `--learning-rate`.
 */
import { Option } from "commander";
import { shown } from "../config/expected.js";
import { type ConfigPath, isRecord, type Leaf, leavesOf, type SchemaNode } from "../config/schema-tree.js";

/** A leaf of the schema as a flag. */
export interface Flag extends Leaf {
  /** Dotted path, `adam.learningRate`: how the value is keyed. */
  readonly key: string;
  /** `--adam.learning-rate`. */
  readonly long: string;
  /** `--learning-rate`, or null where it would be ambiguous or the same. */
  readonly alias: string | null;
  /** Name of the value among those that commander has read. */
  readonly attribute: string;
}

function kebab(key: string): string {
  // A unit is one word: `memoryBudgetMiB` → `memory-budget-mib`.
  return key.replace("MiB", "Mib").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The long flag of a path. */
function longFlag(path: ConfigPath): string {
  return `--${path.map(kebab).join(".")}`;
}

/** The last part stands for the shallowest leaf of that name, unless two are equally shallow. */
function aliasOf({ path }: Leaf, leaves: readonly Leaf[]): string | null {
  if (path.length === 1) return null;
  const name = path[path.length - 1];
  const rivals = leaves.filter((leaf) => leaf.path[leaf.path.length - 1] === name && leaf.path !== path);
  return rivals.every((rival) => rival.path.length > path.length) ? longFlag([name ?? ""]) : null;
}

/** Flags of every leaf but those that are given by position. */
export function flagsOf(tree: SchemaNode, positional: readonly string[] = []): Flag[] {
  const leaves = leavesOf(tree).filter((leaf) => !positional.includes(leaf.path.join(".")));
  return leaves.map((leaf) => {
    const long = longFlag(leaf.path);
    const attribute = new Option(long).attributeName();
    return { ...leaf, key: leaf.path.join("."), long, alias: aliasOf(leaf, leaves), attribute };
  });
}

/** What stands for the value of a flag; nothing where it takes none. */
export function placeholder(node: SchemaNode): string {
  if (node.enum !== undefined) return "<choice>";
  if (isRecord(node)) return "<key=value,…>";
  if (node.type === "array") return "<a,b,…>";
  if (node.type === "boolean") return "";
  return node.type === "integer" || node.type === "number" ? "<number>" : "<text>";
}

function helpText({ node, required }: Flag): string {
  const notes = [
    ...(node.enum === undefined ? [] : [`one of: ${node.enum.join(", ")}`]),
    ...(node.items?.enum === undefined ? [] : [`of: ${node.items.enum.join(", ")}`]),
    ...(required ? ["required"] : []),
    ...(node.default === undefined ? [] : [`default: ${shown(node.default)}`]),
  ];
  return [node.description ?? "", notes.length > 0 ? `(${notes.join("; ")})` : ""].join(" ").trim();
}

/**
 * The flag as commander knows it; its value arrives as text, which `flag-values.ts` reads. A boolean is two options,
 * `--tied-head` and `--no-tied-head`, of which help shows the one that changes something.
 */
export function optionsOf(flag: Flag, tree: SchemaNode): Option[] {
  const names = (prefix: string): string =>
    [flag.alias, flag.long]
      .filter((name) => name !== null)
      .map((name) => name.replace("--", prefix))
      .join(", ");
  const [top = "", ...below] = flag.path;
  const heading =
    below.length === 0
      ? "Options:"
      : `${tree.properties?.[top]?.description ?? top} (in full --${kebab(top)}.…):`;
  const option = (prefix: string, hidden: boolean): Option =>
    new Option(`${names(prefix)} ${placeholder(flag.node)}`.trim(), helpText(flag))
      .helpGroup(heading)
      .hideHelp(hidden);
  if (flag.node.type !== "boolean") return [option("--", false)];
  const on = flag.node.default === true;
  return [option("--", on), option("--no-", !on)];
}

/** How help shows an option: by its short name alone, for the heading of its group says the rest. */
export function optionTerm({ flags, short, long }: Option): string {
  return short?.startsWith("--") && long !== undefined ? flags.replace(`, ${long}`, "") : flags;
}

/** How a path is spelled on the command line: the short name where there is one. */
export function flagName(flags: readonly Flag[]): (path: ConfigPath) => string {
  return (path) => {
    const key = path.join(".");
    // A single key of a map, `prompts.levels.2`, is given through the map's flag.
    const flag = flags.find((f) => f.key === key || (isRecord(f.node) && key.startsWith(`${f.key}.`)));
    return flag === undefined ? longFlag(path) : (flag.alias ?? flag.long);
  };
}
