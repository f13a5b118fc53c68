#!/usr/bin/env node
/** Entry of the `selftrain` command. */
import { JOB_VARIABLE } from "../apps/jobs/child.js";
import { fsError } from "../io/fs/fs-errors.js";
import { reportError } from "./errors.js";
import { leaveBy } from "./interrupt.js";
import { processIo } from "./io.js";
import { outputMode, runCli } from "./run-cli.js";

const io = processIo();

/** Reports what nothing else can catch, and leaves. */
const fail = (error: unknown): never => process.exit(reportError(error, io, outputMode(io.argv)));

// A reader that has seen enough (`selftrain tasks list | head`) is no failure; a full disk is.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  fail(fsError(error, "write the results", "standard output"));
});

// Progress that nobody reads any more (`2>&1 | head`, a terminal that closed) must not end the work.
process.stderr.on("error", () => {});

// What escapes from a callback or a forgotten promise is reported like any other error.
process.on("uncaughtException", fail);

// A job ends with the process that began it, also where that was killed: what is saved stays, and nobody would know of the rest.
if (process.env[JOB_VARIABLE] !== undefined) {
  process.once("disconnect", () => leaveBy("SIGTERM"));
  process.channel?.unref();
}

process.exitCode = await runCli(io);
