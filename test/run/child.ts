/** Child processes for tests that kill one. They run the built package: the scripts are in `children/`. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Child {
  readonly process: ChildProcess;
  /** Lines of standard output so far. */
  readonly lines: readonly string[];
  /** Resolves once the child has printed `count` lines, or has ended. */
  printed(count: number): Promise<void>;
  /** Resolves when the child has ended; rejects where it failed by itself. */
  readonly exited: Promise<void>;
  /** Ends the child with SIGKILL, which it can neither see nor delay. */
  kill(): Promise<void>;
}

export function startChild(script: string, ...args: string[]): Child {
  const path = fileURLToPath(new URL(`children/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  let wake = () => {};
  let rest = "";
  let errors = "";
  child.stdout.on("data", (chunk) => {
    const parts = `${rest}${chunk}`.split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    wake();
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  return {
    process: child,
    lines,
    async printed(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await Promise.race([ended, new Promise<void>((resolve) => (wake = resolve))]);
      }
    },
    exited: ended.then(() => {
      if (child.exitCode !== 0 && child.signalCode === null) throw new Error(`${script} failed: ${errors}`);
    }),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
