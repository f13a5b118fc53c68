/** How help is laid out: at most 100 columns, examples last, no error printed by commander itself. */
import { type Command, Help, type Option } from "commander";
import { optionTerm } from "./flags.js";
import { type Io, widthOf } from "./io.js";

/** What help shows of the options of a command that has many. */
export interface HelpOptions {
  /** Whether an option is on the first screen; by default all are. */
  readonly isCommon?: ((option: Option) => boolean) | undefined;
  /** Names and descriptions of the groups, for the first screen. */
  readonly groups?: readonly (readonly [name: string, about: string])[];
  /** Options that stand for groups of others. */
  readonly lines?: readonly Option[];
}

/** Sets a command up to print through `io` and to throw instead of leaving the process. */
export function configureHelp(
  command: Command,
  io: Io,
  examples: readonly string[],
  { isCommon, groups = [], lines = [] }: HelpOptions = {},
): Command {
  const short = isCommon !== undefined && !asksForAll(io.argv);
  const visibleOptions = (own: Command): Option[] => {
    const all = new Help().visibleOptions(own);
    return short ? all.filter(isCommon) : [...all, ...lines];
  };
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(100, io.stdout.isTTY === true ? widthOf(io.stdout) : 100),
      getOutHasColors: () => false,
    })
    .configureHelp({ optionTerm, visibleOptions })
    .helpCommand(false);
  if (isCommon === undefined) command.helpOption("-h, --help", "show this help");
  else command.helpOption("-h, --help [all]", "show the most used options, or all");
  if (short) command.addHelpText("after", moreText(groups, visibleCount(command)));
  if (examples.length > 0) {
    command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
  }
  return command;
}

/** `--help all`, or `help train all`. */
function asksForAll(argv: readonly string[]): boolean {
  const asked = (word: string | undefined) => word === "--help" || word === "-h";
  return argv.some((word, i) => word === "all" && (asked(argv[i - 1]) || argv[0] === "help"));
}

/** Counted when help is printed: options are added after this. */
const visibleCount = (command: Command) => () => new Help().visibleOptions(command).length;

const moreText =
  (groups: readonly (readonly [name: string, about: string])[], count: () => number) => (): string => {
    const width = Math.max(...groups.map(([name]) => name.length));
    return [
      `\nThese are the most used of ${count()} options. --help all shows the others, too:`,
      ...groups.map(([name, about]) => `  ${name.padEnd(width)}  ${about}`),
    ].join("\n");
  };

/** The words that call a command: `selftrain tasks list`. */
export function commandLine(command: Command): string {
  return command.parent === null ? command.name() : `${commandLine(command.parent)} ${command.name()}`;
}
