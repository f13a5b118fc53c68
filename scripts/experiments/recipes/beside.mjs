/** The servers that recipes need beside them while they run. */
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Milliseconds in which a server must say its first line. */
const PATIENCE = 30_000;

/** Starts each server once and waits for its first line; returns what stops them all. They end with this process, too. */
export async function startServers(recipes) {
  const scripts = new Set(recipes.flatMap(({ beside }) => beside ?? []));
  const servers = [];
  const stop = () => servers.forEach((server) => void server.kill());
  if (scripts.size > 0)
    for (const signal of ["SIGINT", "SIGTERM"])
      process.once(signal, () => {
        stop();
        process.kill(process.pid, signal);
      });
  try {
    for (const script of scripts) {
      const server = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
      servers.push(server);
      await ready(server, script);
    }
  } catch (error) {
    stop();
    throw error;
  }
  return stop;
}

async function ready(server, script) {
  const done = new AbortController();
  const { signal } = done;
  const late = (ms) =>
    new Promise((_, fail) => {
      const timer = setTimeout(() => fail(new Error(`${script} said nothing for ${ms / 1000} s`)), ms);
      signal.addEventListener("abort", () => clearTimeout(timer));
    });
  const ended = once(server, "exit", { signal }).then(([code, by]) => {
    throw new Error(`${script} ended with ${by ?? code} before it served`);
  });
  try {
    await Promise.race([once(server.stdout, "data", { signal }), ended, late(PATIENCE)]);
  } finally {
    ended.catch(() => {});
    done.abort();
  }
}
