/** Runs the command line and says the exit status; it never throws and never leaves the process. */
import { CommanderError } from "commander";
import { SelftrainError } from "../errors.js";
import { reportError } from "./errors.js";
import type { Io } from "./io.js";
import { createProgram } from "./program.js";

/** What commander itself refuses, in our terms. */
function usageError(error: CommanderError): SelftrainError {
  const missingValue = error.code === "commander.optionMissingArgument";
  return new SelftrainError({
    code: missingValue ? "cli-missing-value" : "cli-usage",
    message: error.message.replace(/^error: /, ""),
    remedy: missingValue ? "give the flag a value" : "see --help",
  });
}

/** `--json` and `--debug` as they stand on the command line: an error may come before anything is parsed. */
export function outputMode(argv: readonly string[]): { json: boolean; debug: boolean } {
  const end = argv.indexOf("--");
  const flags = end < 0 ? argv : argv.slice(0, end);
  return { json: flags.includes("--json"), debug: flags.includes("--debug") };
}

export async function runCli(io: Io): Promise<number> {
  let status = 0;
  const program = createProgram(io, (code) => {
    status = code;
  });
  try {
    await program.parseAsync(io.argv, { from: "user" });
    return status;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, io, outputMode(io.argv));
    // Help and version are "errors" with status 0.
    return error.exitCode === 0 ? 0 : reportError(usageError(error), io, outputMode(io.argv));
  }
}
