/** What stands on the command line after a command's name: a layer of config, and every mistake in it. */
import type { Command } from "commander";
import { insteadOfFlag } from "../config/earlier-remedy.js";
import { nodeAt, type SchemaNode } from "../config/schema-tree.js";
import { didYouMean, isSpelling } from "../config/suggest.js";
import { synonymOf, translated } from "../config/synonyms.js";
import type { ErrorDetails } from "../errors.js";
import { flagValue } from "./flag-values.js";
import { type Flag, flagName } from "./flags.js";
import { commandLine } from "./help.js";

/** What a command accepts. */
export interface Accepted {
  readonly tree: SchemaNode;
  readonly flags: readonly Flag[];
  /** Keys that the operands fill, in their order. */
  readonly positional: readonly string[];
}

/** Values of flags as commander leaves them: texts, or a boolean for a flag without a value. */
export type Given = Readonly<Record<string, string | boolean | undefined>>;

export interface ReadArguments {
  /** Values by dotted path, still unchecked. */
  readonly layer: Map<string, unknown>;
  readonly problems: readonly ErrorDetails[];
}

function isFlag(word: string | undefined): word is string {
  return word !== undefined && word.length > 1 && word.startsWith("-");
}

/** What commander did not recognise: operands (all that follows `--` is one), and flags that are none of ours. */
function splitArguments(args: readonly string[], argv: readonly string[]) {
  const end = argv.indexOf("--");
  const literal = end < 0 ? 0 : argv.length - end - 1;
  const plain = args.slice(0, args.length - literal).filter((arg) => arg !== "--");
  // The word after an unknown flag is most likely its value, and not worth a complaint of its own.
  const isValue = (before: string | undefined) => isFlag(before) && !before.includes("=");
  return {
    unknown: plain.filter(isFlag).map((arg) => arg.replace(/=.*/s, "")),
    operands: [
      ...plain.filter((arg, i) => !isFlag(arg) && !isValue(plain[i - 1])),
      ...args.slice(args.length - literal),
    ],
  };
}

/** What to write for an unknown flag: the same word spelt otherwise, else what other trainers call so, else what is near. */
function unknownFlag(name: string, { tree, flags }: Accepted, command: Command): ErrorDetails {
  // A flag with a short name and a full one is one flag.
  const names = command.options.flatMap(({ short, long }) =>
    short?.startsWith("--") ? [short] : [short, long],
  );
  const valid = [...names.filter((flag) => flag != null), "--help"];
  const full = flags.map(({ long }) => long).filter((long) => !valid.includes(long));
  const show = flagName(flags);
  const has = (key: string): boolean => nodeAt(tree, key.split(".")) !== undefined;
  const word = name.replace(/^-+/, "");
  // What others call so and no key here means is no flag spelt otherwise, whatever ends alike.
  const absent = synonymOf(word)?.keys.every((keys) => !keys.every(has)) ?? false;
  const spelt = !absent && [...valid, ...full].some((flag) => isSpelling(name, flag));
  const known = spelt ? undefined : translated(word, has, (key) => show(key.split(".")));
  const earlier = has("monitors") ? insteadOfFlag(word) : undefined;
  const otherwise = didYouMean(name, full, `\`${commandLine(command)} --help all\` lists the flags`);
  return {
    code: "cli-unknown-flag",
    message: `unknown flag ${name}`,
    found: name,
    remedy: earlier ?? known ?? didYouMean(name, valid, otherwise),
  };
}

function conflict(one: string, other: string, remedy: string): ErrorDetails {
  return { code: "cli-conflict", message: `${one} and ${other} exclude each other`, remedy };
}

/** Two flags of which one lies inside the other, as `--model x --model.layers 2`. */
function nestedFlags(given: readonly Flag[]): ErrorDetails[] {
  return given.flatMap((outer) =>
    given
      .filter((inner) => inner.key.startsWith(`${outer.key}.`))
      .map((inner) => conflict(outer.long, inner.long, "keep one of the two")),
  );
}

/** What would say twice, or contradict, what a run that is continued says itself. */
function resumeConflicts(given: Given): ErrorDetails[] {
  if (given.resume === undefined) return [];
  return ["config", "output"]
    .filter((name) => given[name] !== undefined)
    .map((name) =>
      conflict("--resume", `--${name}`, `leave --${name} out: a run keeps its config and its folder`),
    );
}

/** Reads flags and operands. Whether the values fit the schema is not looked at. */
export function readArguments(accepted: Accepted, command: Command, argv: readonly string[]): ReadArguments {
  const { tree, flags, positional } = accepted;
  const given: Given = command.opts();
  const { unknown, operands } = splitArguments(command.args, argv);
  const layer = new Map<string, unknown>();
  for (const flag of flags) {
    const value = given[flag.attribute];
    if (value !== undefined) layer.set(flag.key, flagValue(value, flag.node));
  }
  const isList = (key: string): boolean => nodeAt(tree, [key])?.type === "array";
  for (const [i, key] of positional.entries())
    if (operands.length > i) layer.set(key, isList(key) ? operands.slice(i) : operands[i]);
  const extra = positional.some(isList) ? [] : operands.slice(positional.length);
  const problems = [
    ...unknown.map((name) => unknownFlag(name, accepted, command)),
    ...extra.map((word) => ({
      code: "cli-unexpected-argument",
      message: `unexpected argument "${word}"`,
      remedy: `\`${commandLine(command)} --help\` shows what the command takes`,
    })),
    ...nestedFlags(flags.filter((flag) => layer.has(flag.key))),
    ...resumeConflicts(given),
  ];
  return { layer, problems };
}

/** How an error names a path: `<model>` where it is given by position, else its flag. */
export function spelling({ flags, positional }: Accepted): (path: readonly string[]) => string {
  const name = flagName(flags);
  return (path) => (positional.includes(path[0] ?? "") ? `<${path[0]}>` : name(path));
}
