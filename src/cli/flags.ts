/**
 * The command line's flags, made from a config schema. Every leaf has its full name, `adam.learningRate` →
 * `--adam.learning-rate`; where the last part alone says which is meant, that is a flag too: `--learning-rate`.
 */
import { Option } from "commander";
import { shown } from "../config/expected.js";
import {
  type ConfigPath,
  isRecord,
  type Leaf,
  leavesOf,
  nodeAt,
  type SchemaNode,
} from "../config/schema-tree.js";

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

/**
 * Keys, and groups of keys, whose last part alone would be taken for another thing: `--temperature` of a training run is that of its rollouts to
 * everybody, and `--samples` those of its evaluation.
 */
const FULL_NAME_ALONE: readonly string[] = [
  "engine.url",
  "evaluation.temperature",
  "mismatch",
  "probe",
  "validation",
];

const fullNameAlone = ({ path }: Leaf): boolean =>
  FULL_NAME_ALONE.some((name) => `${path.join(".")}.`.startsWith(`${name}.`));

/** The last part stands for the shallowest leaf of that name, unless two are equally shallow. */
function aliasOf(leaf: Leaf, leaves: readonly Leaf[]): string | null {
  const { path } = leaf;
  if (path.length === 1 || fullNameAlone(leaf)) return null;
  const name = path[path.length - 1];
  const rivals = leaves.filter((own) => own.path.at(-1) === name && own.path !== path && !fullNameAlone(own));
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
  if (node.anyOf !== undefined)
    return `<${node.anyOf.map((own) => placeholder(own).slice(1, -1)).join("|")}>`;
  return node.type === "integer" || node.type === "number" ? "<number>" : "<text>";
}

/** A boolean that is on by default is shown by the flag that turns it off, and says so. */
const turnsOff = ({ node }: Flag): boolean => node.type === "boolean" && node.default === true;

function helpText(flag: Flag): string {
  const { node, required } = flag;
  if (turnsOff(flag)) return `Do not: ${node.description ?? flag.key} (on by default)`;
  const notes = [
    ...(node.enum === undefined ? [] : [`one of: ${node.enum.join(", ")}`]),
    ...(node.items?.enum === undefined ? [] : [`of: ${node.items.enum.join(", ")}`]),
    ...(required ? ["required"] : []),
    ...(node.default === undefined ? [] : [`default: ${shown(node.default)}`]),
  ];
  return [node.description ?? "", notes.length > 0 ? `(${notes.join("; ")})` : ""].join(" ").trim();
}

/** Under which help puts a flag. */
function headingOf({ path: [top = "", ...below] }: Flag, tree: SchemaNode): string {
  if (below.length === 0) return "Options:";
  return `${tree.properties?.[top]?.description ?? top} (in full --${kebab(top)}.…):`;
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
  const heading = headingOf(flag, tree);
  const option = (prefix: string, hidden: boolean): Option =>
    new Option(`${names(prefix)} ${placeholder(flag.node)}`.trim(), helpText(flag))
      .helpGroup(heading)
      .hideHelp(hidden);
  if (flag.node.type !== "boolean") return [option("--", false)];
  const on = flag.node.default === true;
  return [option("--", on), option("--no-", !on)];
}

/** A group whose options are those of another, `evaluation.prompts` of `prompts`: help says so in the place of all of them. */
export interface RepeatedGroup {
  readonly keys: ReadonlySet<string>;
  /** What help shows; it is not parsed. */
  readonly line: Option;
}

export function repeatedGroups(flags: readonly Flag[], tree: SchemaNode): RepeatedGroup[] {
  const groups = new Map<string, Flag[]>();
  for (const flag of flags) {
    const twin = flags.find(
      ({ path }) => path.length === 2 && path.join(".") === flag.path.slice(-2).join("."),
    );
    if (flag.path.length < 3 || twin?.node.description !== flag.node.description) continue;
    const group = flag.path.slice(0, -1).join(".");
    groups.set(group, [...(groups.get(group) ?? []), flag]);
  }
  return [...groups].map(([group, repeated]) => {
    const path = group.split(".");
    const about = nodeAt(tree, path)?.description ?? group;
    const line = new Option(`${longFlag(path)}.…`, `${about} (the options of ${longFlag(path.slice(-1))}.…)`);
    return {
      keys: new Set(repeated.map(({ key }) => key)),
      line: line.helpGroup(headingOf(repeated[0]!, tree)),
    };
  });
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
