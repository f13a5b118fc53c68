/**
 * Commands are data: a name, a schema of what it takes, and what it does. Flags, help, the merging of a config
 * file under the flags, and every refusal follow from the schema, the same way for every command.
 */
import { Command } from "commander";
import type { z } from "zod";
import { throwProblems } from "../config/problems.js";
import { checkConfig } from "../config/resolve-config.js";
import { leavesOf, nodeAt, type SchemaNode, schemaTree } from "../config/schema-tree.js";
import { readYaml, type YamlSource } from "../config/yaml-source.js";
import type { CommandAbout } from "./about.js";
import { type Accepted, type Given, readArguments, spelling } from "./arguments.js";
import { flagsOf, optionsOf, repeatedGroups } from "./flags.js";
import { configureHelp, type HelpOptions } from "./help.js";
import type { Io } from "./io.js";
import { storedConfig, toResume } from "./resume.js";

/** What a command is told besides its config. */
export interface Context {
  readonly io: Io;
  /** Print what a program can read. */
  readonly json: boolean;
  /** Resolve and print, touch nothing. */
  readonly dryRun: boolean;
  /** Whether the dashboard of the run is to be opened beside it. */
  readonly serve: boolean;
  /** Show no progress. */
  readonly quiet: boolean;
  /** The run to continue; then the config is the one stored there, under the flags. */
  readonly resume: string | undefined;
}

export interface CommandSpec<S extends z.ZodType> {
  readonly name: string;
  /** Kind of the runs that it makes and resumes; by default named as the command. */
  readonly runs?: string;
  readonly summary: string;
  readonly schema: S;
  /** Keys of the schema that are given by position instead of by flag, in their order; a list takes all operands that are left. */
  readonly positional?: string | readonly string[];
  /** Keys that help shows first, where it has too many for a screen; all by default. */
  readonly common?: readonly string[];
  /** Which of the flags that only some commands have this one takes. */
  readonly takes?: readonly ("config" | "dry-run" | "quiet" | "resume" | "serve")[];
  readonly examples: readonly string[];
  /** Commands below this one. */
  readonly commands?: readonly CommandFactory[];
  /** Does the work and says the exit status. */
  run(config: z.output<S>, context: Context): Promise<number>;
}

export interface CommandFactory {
  /** Makes a fresh commander command over the given streams; the exit status is handed to `done`. */
  (io: Io, done: (status: number) => void): Command;
  readonly about: CommandAbout;
}

/** Flags that say how to run, and are no keys of a config. */
const runningFlags = {
  config: ["--config <file>", "YAML file of options; flags win over it"],
  "dry-run": [
    "--dry-run",
    "check all that a run checks before its first step, and print the resolved config, the batch arithmetic and the memory; touch nothing",
  ],
  quiet: ["--quiet", "no progress; notices, errors and the result alone"],
  resume: ["--resume <run>", "continue a run from its last checkpoint, with the config it has"],
  serve: ["--serve", "open the dashboard of the run while it trains, in a process of its own"],
  json: ["--json", "print one JSON value, for programs; errors too"],
  debug: ["--debug", "print the stack of an error"],
} as const;

const runningOf = ({ takes = [] }: Pick<CommandSpec<z.ZodType>, "takes">) =>
  ([...takes, "json", "debug"] as const).map((name) => {
    const [names, about] = runningFlags[name];
    return { names, about };
  });

const RUNNING = "Running:";

/** Keys at the top that hold others, each with what it is about. */
const groupsOf = (tree: SchemaNode): (readonly [string, string])[] =>
  Object.entries(tree.properties ?? {}).flatMap(([name, node]) =>
    leavesOf(node).some(({ path }) => path.length > 0) ? [[name, node.description ?? ""] as const] : [],
  );

function createCommand<S extends z.ZodType>(
  spec: CommandSpec<S>,
  { tree, flags, positional }: Accepted,
  io: Io,
): Command {
  const options = flags.map((flag) => [flag, optionsOf(flag, tree)] as const);
  const repeated = repeatedGroups(flags, tree);
  for (const [{ key }, made] of options)
    if (repeated.some(({ keys }) => keys.has(key))) for (const option of made) option.hideHelp();
  const common = new Set(options.flatMap(([{ key }, made]) => (spec.common?.includes(key) ? made : [])));
  const help: HelpOptions = {
    isCommon:
      spec.common &&
      ((option) => common.has(option) || option.helpGroupHeading === RUNNING || option.long === "--help"),
    groups: groupsOf(tree),
    lines: repeated.map(({ line }) => line),
  };
  const command = configureHelp(new Command(spec.name), io, spec.examples, help).description(spec.summary);
  for (const key of positional) {
    const node = nodeAt(tree, [key]);
    const dots = node?.type === "array" ? "..." : "";
    command.argument(`[${key}${dots}]`, node?.description ?? "");
  }
  for (const [, made] of options) for (const option of made) command.addOption(option);
  for (const { names, about } of runningOf(spec)) {
    command.addOption(command.createOption(names, about).helpGroup(RUNNING));
  }
  // Left to us, so that all mistakes are reported in one go, with the nearest valid name.
  return command.allowUnknownOption().allowExcessArguments();
}

function fileLayer({ config, resume }: Given, command: string): YamlSource | undefined {
  if (typeof resume === "string") return storedConfig(resume, command);
  return typeof config === "string" ? readYaml(config) : undefined;
}

export function defineCommand<S extends z.ZodType>(spec: CommandSpec<S>): CommandFactory {
  const tree = schemaTree(spec.schema);
  const positional = [spec.positional ?? []].flat();
  const accepted = { tree, positional, flags: flagsOf(tree, positional) };
  const { name, summary, examples, takes = [], commands = [] } = spec;
  const about: CommandAbout = {
    name,
    summary,
    examples,
    commands: commands.map((below) => below.about),
    takes: { ...accepted, running: runningOf(spec), configFile: takes.includes("config") },
  };
  const create = (io: Io, done: (status: number) => void): Command => {
    const command = createCommand(spec, accepted, io);
    // What follows the name of a command below is that command's, though both have a flag of that name.
    command.enablePositionalOptions();
    for (const below of commands) command.addCommand(below(io, done));
    return command.action(async () => {
      const given: Given = command.opts();
      const { layer, problems } = readArguments(accepted, command, io.argv);
      const file = fileLayer(given, spec.runs ?? spec.name);
      const resume = typeof given.resume === "string" ? given.resume : undefined;
      // The folder may have been moved since the run wrote its config.
      if (resume !== undefined) layer.set("output", resume);
      const checked = checkConfig(spec.schema, {
        file,
        flags: layer,
        flagOf: spelling(accepted),
        takesFile: takes.includes("config"),
      });
      throwProblems([...problems, ...checked.problems]);
      const { json, dryRun, quiet, serve } = given;
      const context: Context = {
        io,
        json: json === true,
        dryRun: dryRun === true,
        serve: serve === true,
        quiet: quiet === true,
        resume,
      };
      try {
        done(await spec.run(checked.config as z.output<S>, context));
      } catch (error) {
        const { output } = checked.config as { readonly output?: unknown };
        throw spec.takes?.includes("resume") && typeof output === "string" ? toResume(error, output) : error;
      }
    });
  };
  return Object.assign(create, { about });
}
