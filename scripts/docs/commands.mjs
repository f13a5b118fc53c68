/** Pages of the commands: each key that a command takes, as a flag and in a config file. Made from the schemas, as flags and help are. */
import { placeholder } from "../../dist/cli/flags.js";
import { expected, shown } from "../../dist/config/expected.js";
import { nodeAt } from "../../dist/config/schema-tree.js";
import { code, fenced, linked, page, plain, sentence, table } from "./markdown.mjs";

/** Commands with what is below them, each with the words that call it. */
export const commandsBelow = (about, words = ["selftrain"]) =>
  about.commands.flatMap((command) => {
    const own = [...words, command.name];
    return [{ words: own, about: command }, ...commandsBelow(command, own)];
  });

export const fileOf = (words) => `${words.slice(1).join("-")}.md`;

function spelled({ alias, long, node }) {
  const names = alias === null ? [long] : [alias, long];
  if (node.type !== "boolean") return names.map((name) => code(`${name} ${placeholder(node)}`)).join(" or ");
  return names.map((name) => `${code(name)}, ${code(name.replace("--", "--no-"))}`).join(", or ");
}

/** Several forms of one key, such as the path of a model and the word that names one, are one entry. */
function byKey(flags) {
  const entries = new Map();
  for (const flag of flags) entries.set(flag.key, [...(entries.get(flag.key) ?? []), flag]);
  return [...entries.values()];
}

function acceptedBy(forms) {
  const [{ node, required }] = forms;
  const accepts = forms.map((form) => expected(form.node)).join(", or ");
  const given = required
    ? "required"
    : node.default === undefined
      ? ""
      : `default ${code(shown(node.default))}`;
  return { accepts, given };
}

function entry(forms) {
  const [first] = forms;
  const { accepts, given } = acceptedBy(forms);
  return [
    `### ${code(first.key)}`,
    [spelled(first), plain(accepts), given].filter((part) => part !== "").join(" · "),
    linked(plain(sentence(first.node.description ?? "")), "../../"),
  ];
}

/** Keys at the top first, then the maps, each under a heading of its own. */
function options({ flags, tree }) {
  const isNested = ({ path }) => path.length > 1;
  const top = byKey(flags.filter((flag) => !isNested(flag)));
  const maps = [...new Set(flags.filter(isNested).map(({ path }) => path[0]))];
  return [
    ...(top.length > 0 ? ["## Options", top.map(entry)] : []),
    ...maps.map((name) => [
      `## ${code(name)}`,
      plain(sentence(tree.properties?.[name]?.description ?? `Keys below ${name}`)),
      byKey(flags.filter(({ path }) => isNested({ path }) && path[0] === name)).map(entry),
    ]),
  ];
}

function operandsOf({ positional, tree }) {
  return positional.flatMap((key) => {
    const node = nodeAt(tree, [key]);
    const required = tree.required?.includes(key) ? "required" : "";
    return [
      `## ${code(`<${key}>`)}`,
      [`by position, ${code(key)} in programs`, plain(expected(node)), required]
        .filter((part) => part !== "")
        .join(" · "),
      plain(sentence(node.description ?? "")),
    ];
  });
}

function usage(words, { takes, commands }) {
  if (takes === undefined) return `${words.join(" ")} <command> [options]`;
  const { positional, tree } = takes;
  const dots = (key) => (nodeAt(tree, [key])?.type === "array" ? "..." : "");
  const call = [...words, ...positional.map((key) => `[${key}${dots(key)}]`), "[options]"].join(" ");
  return commands.length > 0 ? `${call}\n${words.join(" ")} <command> [options]` : call;
}

const listOf = (commands) =>
  table(
    ["command", "what it does"],
    commands.map(({ words, about }) => [
      `[${code(words.join(" "))}](${fileOf(words)})`,
      plain(sentence(about.summary)),
    ]),
  );

function commandPage({ words, about }) {
  const { takes, commands, summary, examples } = about;
  return page([
    `# ${words.join(" ")}`,
    plain(sentence(summary)),
    fenced(usage(words, about)),
    ...(examples.length > 0 ? ["Examples:", fenced(examples.join("\n"))] : []),
    ...(takes?.configFile
      ? ["Every key below may stand in a [config file](../config.md); flags win over it."]
      : []),
    ...(commands.length > 0 ? ["## Commands", listOf(commandsBelow({ commands }, words))] : []),
    ...(takes === undefined ? [] : [operandsOf(takes), options(takes), "## Running", running(takes)]),
  ]);
}

const running = ({ running: flags }) =>
  table(
    ["flag", "what it does"],
    flags.map(({ names, about }) => [code(names), plain(sentence(about))]),
  );

/** Pages by path below docs/reference. */
export function commandPages(program) {
  const all = commandsBelow(program);
  const index = page([
    "# Commands",
    plain(sentence(program.summary)),
    "`selftrain COMMAND --help` prints the same in the terminal. A misspelt flag is refused with the nearest one.",
    listOf(all),
    "## Examples",
    fenced(program.examples.join("\n")),
  ]);
  return new Map([
    ["commands/index.md", index],
    ...all.map((command) => [`commands/${fileOf(command.words)}`, commandPage(command)]),
  ]);
}

/** The page of the config files: every key of every command that reads one, in a table. */
export function configPage(program) {
  const withFile = commandsBelow(program).filter(({ about }) => about.takes?.configFile);
  return page([
    "# Config files",
    "A YAML file may hold the options of a command. Flags win over the file, and the file wins over the defaults.",
    fenced("selftrain train --config recipes/chain-sums/train.yaml --seed 1 --dry-run"),
    "A dot in a key is a map in the file: `adam.learningRate` is written as",
    fenced("adam:\n  learningRate: 5e-5", "yaml"),
    "- An unknown key is refused with the nearest one. All mistakes of a file are reported at once, with line and column.\n- `--dry-run` prints the config as resolved, and touches nothing.\n- A run keeps its config as `config.yaml`, with every default written out.\n- Editors complete the keys from `schema/COMMAND.schema.json`: write `# yaml-language-server: $schema=PATH` in the first line.",
    ...withFile.map(({ words, about: { takes } }) => [
      `## ${words.join(" ")}`,
      table(
        ["key", "accepts", "default"],
        byKey(keysOf(takes)).map((forms) => keyRow(words, forms)),
      ),
    ]),
  ]);
}

/** All keys, those of operands first: a file may hold them as well. */
function keysOf({ flags, positional, tree }) {
  const operands = positional.map((key) => {
    const required = tree.required?.includes(key) ?? false;
    return { key, node: nodeAt(tree, [key]), required, isOperand: true };
  });
  return [...operands, ...flags];
}

function keyRow(words, forms) {
  const [{ key, isOperand }] = forms;
  const { accepts, given } = acceptedBy(forms);
  const anchor = isOperand ? key : anchorOf(key);
  return [
    `[${code(key)}](commands/${fileOf(words)}#${anchor})`,
    plain(accepts),
    given.replace(/^default /, ""),
  ];
}

/** Of a key's heading. */
const anchorOf = (key) => key.toLowerCase().replaceAll(".", "");
