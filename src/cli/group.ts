/** A command that only holds others: alone it prints its help, with anything else it names the nearest command. */
import { Command } from "commander";
import { didYouMean } from "../config/suggest.js";
import { SelftrainError } from "../errors.js";
import type { CommandFactory } from "./command.js";
import { commandLine, configureHelp } from "./help.js";
import type { Io } from "./io.js";

export interface GroupSpec {
  readonly name: string;
  readonly summary: string;
  readonly commands: readonly CommandFactory[];
  readonly examples: readonly string[];
}

function unknownCommand(word: string, command: Command): SelftrainError {
  const names = command.commands.map((child) => child.name());
  const flags = command.options.map((option) => option.long ?? "");
  const isFlag = word.startsWith("-");
  return new SelftrainError({
    code: isFlag ? "cli-unknown-flag" : "cli-unknown-command",
    message: `unknown ${isFlag ? "flag" : "command"} ${isFlag ? word : `"${word}"`}`,
    found: word,
    expected: isFlag ? "a command first, then its flags" : names.join(", "),
    remedy: didYouMean(
      word,
      isFlag ? [...flags, "--help"] : names,
      `\`${commandLine(command)} --help\` lists the commands`,
    ),
  });
}

export function defineGroup(spec: GroupSpec): CommandFactory {
  const create = (io: Io, done: (status: number) => void): Command => {
    const group = configureHelp(new Command(spec.name), io, spec.examples).description(spec.summary);
    for (const create of spec.commands) group.addCommand(create(io, done));
    return (
      group
        // What follows a command's name is for that command to read: one may have commands and flags alike.
        .enablePositionalOptions()
        .usage("<command> [options]")
        .helpCommand("help [command]", "show the help of a command")
        .allowUnknownOption()
        .allowExcessArguments()
        .action(() => {
          const [word] = group.args;
          if (word !== undefined) throw unknownCommand(word, group);
          group.outputHelp();
        })
    );
  };
  const { name, summary, examples, commands } = spec;
  return Object.assign(create, {
    about: { name, summary, examples, commands: commands.map(({ about }) => about) },
  });
}
