/** `selftrain engine serve` in a process of its own, as a user starts it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const main = new URL("../../../dist/cli/main.js", import.meta.url).pathname;

export interface ServerProcess {
  readonly url: string;
  readonly process: ChildProcess;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts it on a free port, or on a given one. The caller stops it. */
export async function startServer(
  model: string,
  storage: string,
  { args = [], key, port = 0 }: { args?: readonly string[]; key?: string; port?: number } = {},
): Promise<ServerProcess> {
  const argv = [
    "engine",
    "serve",
    model,
    "--port",
    String(port),
    "--storage",
    storage,
    "--name",
    "base",
    ...args,
  ];
  const child = spawn(process.execPath, [main, ...argv, "--threads", "1"], {
    env: { ...process.env, TINKER_API_KEY: key ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      out += chunk;
      const found = /http:\/\/[^\s",]+\d/.exec(out)?.[0];
      if (found) resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}: ${err}`)));
  });
  return {
    url,
    process: child,
    stop: async (signal = "SIGINT") => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}
