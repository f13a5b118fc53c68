/** `selftrain serve`: the dashboard of a folder of runs, on this machine. It reads the run directories, and asks no process that trains. */

import { isIP } from "node:net";
import { basename, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { getRequestListener } from "@hono/node-server";
import { withConnection } from "../../io/fs/duckdb.js";
import { type HttpServer, serveGuarded } from "../../io/http/guarded.js";
import { Token } from "../../io/http/token.js";
import { dashboardApp } from "./app.js";
import { SECURITY_HEADERS } from "./http/headers.js";
import { pageFiles } from "./http/page-files.js";
import { Streams } from "./http/stream.js";
import { RunCards } from "./runs/list.js";
import { OpenRuns } from "./runs/open-runs.js";

export interface DashboardOptions {
  /** Folder of runs, or one run. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Names that the server may be called by, beside addresses and localhost. */
  readonly allowHosts: readonly string[];
  /** What clients must show; null where nothing. */
  readonly token: string | null;
  /** Whether notes and controls are refused. */
  readonly readOnly: boolean;
  /** Streams that are open at a time. */
  readonly mostStreams?: number;
  /** Of selftrain. */
  readonly version: string;
  /** Folder of the page that was built. */
  readonly page: string;
  /** The program of the playground. */
  readonly sampler: string;
}

/** What DuckDB may take of memory: the machine is for training. */
const DUCKDB_MEMORY = "128MB";

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Where the build puts the page, and the program of the playground. */
export const BUILT = { page: beside("page"), sampler: beside("playground/child.js") };

/** Listens. Throws `serve-address` where it cannot, and `dashboard-page-missing`. */
export async function serveDashboard(options: DashboardOptions): Promise<HttpServer> {
  const { host, port, allowHosts, token, version } = options;
  const folder = resolve(options.folder);
  const page = pageFiles(options.page);
  await withConnection((connection) => connection.run(`SET GLOBAL memory_limit = '${DUCKDB_MEMORY}'`));
  const closing = new AbortController();
  const readOnly = options.readOnly ? "it was started with --read-only" : null;
  const runs = new OpenRuns(folder);
  const app = dashboardApp({
    readOnly,
    sampler: options.sampler,
    about: {
      version,
      folder: basename(folder),
      writable: !options.readOnly,
      unavailable: { sql: null, notes: readOnly, controls: readOnly, playground: readOnly },
    },
    cards: new RunCards(runs),
    runs,
    streams: new Streams(closing.signal, options.mostStreams),
    page,
  });
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = await serveGuarded((request, response) => listener(request, response), {
    host,
    port,
    allowed: { hosts: isIP(host) ? allowHosts : [host, ...allowHosts], origins: [], ownPages: true },
    token: token === null ? null : new Token(token),
    headers: SECURITY_HEADERS,
  });
  return {
    url: server.url,
    close: () => {
      closing.abort();
      return server.close();
    },
  };
}
