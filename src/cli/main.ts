#!/usr/bin/env node
/** Entry of the `selftrain` command. */
import { reportError } from "./errors.js";
import { processIo } from "./io.js";
import { outputMode, runCli } from "./run-cli.js";

const io = processIo();

// A reader that has seen enough (`selftrain tasks list | head`) is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

// What escapes from a callback or a forgotten promise is reported like any other error.
process.on("uncaughtException", (error) => process.exit(reportError(error, io, outputMode(io.argv))));

process.exitCode = await runCli(io);
