/** Our own server behind the proxy of faults, for a test file; each test begins with a proxy that lets all through. */
import type { TinkerOptions } from "selftrain";
import { afterAll, afterEach, beforeAll } from "vitest";
import { readModelConfig } from "../../../src/model/config-file.js";
import { startProxy, type Tampering } from "./proxy.js";
import { type ServerProcess, startServer } from "./server-process.js";

export interface ProxiedServer {
  server: ServerProcess;
  proxy: Tampering;
  /** Of an engine that trains through the proxy. */
  options(changes?: Partial<TinkerOptions>): TinkerOptions;
}

export function proxiedServer(model: string, storage: string, key: string | null = null): ProxiedServer {
  const own = {} as ProxiedServer;
  own.options = (changes = {}) => ({
    url: own.proxy.url,
    key,
    baseModel: "base",
    config: readModelConfig(model),
    adapter: null,
    patience: { first: 2, most: 20 },
    ...changes,
  });
  beforeAll(async () => {
    own.server = await startServer(model, storage, key === null ? {} : { key });
    own.proxy = await startProxy(() => own.server.url);
  });
  afterEach(() => {
    own.proxy.plan = {};
  });
  afterAll(async () => {
    await own.proxy?.close();
    await own.server?.stop();
  });
  return own;
}
