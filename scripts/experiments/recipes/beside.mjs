/** The servers that recipes need beside them while they run. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Starts each server once and waits for its first line; returns what stops them all. */
export async function startServers(recipes) {
  const scripts = new Set(recipes.flatMap(({ beside }) => beside ?? []));
  const servers = [];
  const stop = () => servers.forEach((server) => void server.kill());
  for (const script of scripts) {
    const server = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
    servers.push(server);
    const ready = once(server.stdout, "data").then(() => null);
    const code = await Promise.race([ready, once(server, "exit").then(([status]) => status)]);
    if (code !== null) {
      stop();
      throw new Error(`${script} ended with ${code} before it served`);
    }
  }
  return stop;
}
