/** `selftrain engine serve` in a process of its own. */
import { spawn } from "node:child_process";
import { once } from "node:events";

const main = new URL("../../dist/cli/main.js", import.meta.url).pathname;

/** `{url, pid, stop}` of a server of one model, called `base`. Throws where it does not start. */
export async function startServer(model, storage, threads) {
  const settings = ["--name", "base", "--port", "0", "--storage", storage, "--threads", String(threads)];
  const child = spawn(process.execPath, [main, "engine", "serve", model, ...settings], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  const url = await new Promise((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      const found = /http:\/\/[^\s",]+\d/.exec(said);
      if (found) resolve(found[0]);
    });
    child.once("exit", (code) => reject(new Error(`the server ended with ${code}`)));
  });
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
  };
  return { url, pid: child.pid, stop };
}
