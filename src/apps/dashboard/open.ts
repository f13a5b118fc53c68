/** Opening the dashboard as the command line asks for it: at which port, with which token, and where it is then to be found. */
import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { networkInterfaces } from "node:os";
import { isOnThisMachine, type ServeConfig } from "../../config/serve-config.js";
import { SelftrainError } from "../../errors.js";
import { guardFs } from "../../io/fs/fs-errors.js";
import type { HttpServer } from "../../io/http/guarded.js";
import { BUILT, serveDashboard } from "./serve.js";

const PORT = 8378;
const LEAST_TOKEN = 16;

export interface OpenDashboard {
  /** To be opened in a browser; with the token, where one is asked for. */
  readonly url: string;
  close(): Promise<void>;
}

/** Throws as `serveDashboard` does and `serve-token`. */
export async function openDashboard(config: ServeConfig, version: string): Promise<OpenDashboard> {
  const { folder, host, allowHosts, readOnly } = config;
  const token = tokenOf(config);
  const serve = (port: number) =>
    serveDashboard({ folder, host, port, allowHosts, token, readOnly, version, ...BUILT });
  const server = await atPort(config.port, serve);
  const url = new URL(server.url);
  // Nobody calls a server by the address that means all of them.
  if (host === "0.0.0.0" || host === "::") url.hostname = outerAddress();
  if (token !== null) url.searchParams.set("token", token);
  return { url: String(url), close: () => server.close() };
}

/** Where none was asked for, the usual one or, where that is taken, any. */
async function atPort(
  port: number | undefined,
  serve: (port: number) => Promise<HttpServer>,
): Promise<HttpServer> {
  if (port !== undefined) return serve(port);
  try {
    return await serve(PORT);
  } catch (error) {
    if (error instanceof SelftrainError && error.found === "EADDRINUSE") return serve(0);
    throw error;
  }
}

function tokenOf({ host, tokenFile }: ServeConfig): string | null {
  if (tokenFile === undefined) return isOnThisMachine(host) ? null : randomBytes(16).toString("hex");
  const token = guardFs("read the token", tokenFile, () => fs.readFileSync(tokenFile, "utf8").trim());
  if (token.length >= LEAST_TOKEN && /^[\w.~-]+$/.test(token)) return token;
  throw new SelftrainError({
    code: "serve-token",
    message: "The file does not hold a token.",
    found: `${token.length} characters`,
    expected: `${LEAST_TOKEN} or more of letters, digits, and _ . ~ -`,
    where: tokenFile,
    remedy: "Write one: openssl rand -hex 16 > token.txt",
  });
}

function outerAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}
