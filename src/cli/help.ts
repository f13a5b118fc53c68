/** How help is laid out: at most 100 columns, examples last, no error printed by commander itself. */
import type { Command } from "commander";
import { optionTerm } from "./flags.js";
import { type Io, widthOf } from "./io.js";

/** Sets a command up to print through `io` and to throw instead of leaving the process. */
export function configureHelp(command: Command, io: Io, examples: readonly string[]): Command {
  command
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => undefined,
      getOutHelpWidth: () => Math.min(100, io.stdout.isTTY === true ? widthOf(io.stdout) : 100),
      getOutHasColors: () => false,
    })
    .configureHelp({ optionTerm })
    .helpOption("-h, --help", "show this help")
    .helpCommand(false);
  if (examples.length > 0) {
    command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
  }
  return command;
}

/** The words that call a command: `selftrain tasks list`. */
export function commandLine(command: Command): string {
  return command.parent === null ? command.name() : `${commandLine(command.parent)} ${command.name()}`;
}
