/** One job as a process: begun, stopped, and how it ended. */
import { type ChildProcess, spawn } from "node:child_process";
import fs from "node:fs";
import type { ErrorDetails } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";

/** Set in the environment of a job's process: it ends with the process that began it. */
export const JOB_VARIABLE = "SELFTRAIN_JOB";

export type Ending =
  | { readonly status: "finished" | "stopped" }
  | { readonly status: "failed"; readonly error: ErrorDetails };

export interface Child {
  readonly ended: Promise<Ending>;
  /** Lets it end its step and save; a second call ends it at once. */
  stop(): void;
}

const WINDOWS = process.platform === "win32";

/** Begins a process whose output is added to `log`. */
export function startChild(command: readonly string[], log: string): Child {
  const fd = guardFs("write the log of a job", log, () => fs.openSync(log, "a"));
  const begins = fs.fstatSync(fd).size;
  const [program = "", ...args] = command;
  const child = spawn(program, args, {
    stdio: ["ignore", fd, fd, "ipc"],
    env: { ...process.env, [JOB_VARIABLE]: "1" },
    // A group of its own: Ctrl-C reaches it once, through us, and twice would end it at once.
    detached: !WINDOWS,
    windowsHide: true,
  });
  fs.closeSync(fd);
  let stopped = false;
  const ended = endOf(child).then(({ code, signal, cause }): Ending => {
    if (code === 0) return { status: "finished" };
    if (stopped && (code === 130 || code === null)) return { status: "stopped" };
    return { status: "failed", error: saidIn(log, begins) ?? unsaid(log, code, signal, cause) };
  });
  return {
    ended,
    stop: () => {
      stopped = true;
      // Windows knows no signals: the process is ended, and what is saved stays.
      if (WINDOWS) child.disconnect();
      else child.kill("SIGTERM");
    },
  };
}

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly cause?: Error;
}

const endOf = (child: ChildProcess): Promise<End> =>
  new Promise((done) => {
    child.once("error", (cause) => {
      // Of a process that runs, such as a signal that could not be sent, `exit` says the end.
      if (child.pid === undefined) done({ code: null, signal: null, cause });
    });
    child.once("exit", (code, signal) => done({ code, signal }));
  });

/** The error that the process printed last, as one line of JSON. */
function saidIn(log: string, begins: number): ErrorDetails | null {
  const text = fs.readFileSync(log).subarray(begins).toString();
  for (const line of text.split("\n").reverse()) {
    if (!line.startsWith('{"error":')) continue;
    try {
      const { error } = JSON.parse(line) as { error: ErrorDetails };
      if (typeof error.code === "string" && typeof error.message === "string") return error;
    } catch {
      // A line that was cut short.
    }
  }
  return null;
}

function unsaid(log: string, code: number | null, signal: string | null, cause?: Error): ErrorDetails {
  if (cause !== undefined)
    return {
      code: "job-not-started",
      message: "The process of the run could not be started.",
      found: cause.message,
      where: log,
      remedy: "Run fewer at once (--jobs).",
    };
  if (signal !== null)
    return {
      code: "job-killed",
      message: `The process of the run was ended by ${signal}.`,
      found: signal,
      where: log,
      remedy:
        "The same command goes on with it. Where the system ended it for want of memory, run fewer at once (--jobs, --memory-mib).",
    };
  return {
    code: "job-failed",
    message: `The process of the run ended with status ${code} and said no error.`,
    found: code,
    where: log,
    remedy: "Read the log.",
  };
}
