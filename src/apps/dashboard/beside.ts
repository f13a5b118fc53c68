/**
 * The dashboard beside a training, as a process of its own with little claim on the processor: whatever it does or whoever asks it, the training
 * does not wait. It ends with the process that began it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { constants, setPriority } from "node:os";
import { createInterface } from "node:readline";
import { JOB_VARIABLE } from "../jobs/child.js";

export interface Beside {
  /** Where it is to be found; the reason where it could not be opened. */
  readonly opened: Promise<{ readonly url: string } | { readonly failed: string }>;
  close(): Promise<void>;
}

/** `program` is the command line, `[process.execPath, ".../cli/main.js"]`. */
export function dashboardBeside(program: readonly string[], run: string): Beside {
  const [command = "", ...args] = program;
  const child = spawn(command, [...args, "serve", run, "--json"], {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
    env: { ...process.env, [JOB_VARIABLE]: "1" },
    // A group of its own: Ctrl-C is for the training, which ends it.
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  child.unref();
  child.channel?.unref();
  return {
    opened: firstLine(child, gone).then((opened) => {
      // Not before: the lowest of a busy machine would hardly begin.
      if (child.pid !== undefined) lowerPriority(child.pid);
      return opened;
    }),
    close: async () => {
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
        // Nothing else may be left to wait for, and a process with nothing to wait for ends.
        child.ref();
        child.kill("SIGTERM");
        await gone;
      }
    },
  };
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // A system that does not let us: it then shares the processor as any other.
  }
}

/** What it says first: where it listens, or an error. */
async function firstLine(
  child: ChildProcess,
  gone: Promise<void>,
): Promise<{ readonly url: string } | { readonly failed: string }> {
  const lines = createInterface({ input: child.stdout! });
  const said = await Promise.race([once(lines, "line").then(([line]) => String(line)), gone.then(() => "")]);
  try {
    const { url, error } = JSON.parse(said) as { url?: string; error?: { message: string } };
    return url === undefined ? { failed: error?.message ?? said } : { url };
  } catch {
    return { failed: said === "" ? "its process ended" : said };
  }
}
