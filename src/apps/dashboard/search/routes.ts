/** Addresses that read much of a run: search and SQL, one at a time. */
import type { Hono } from "hono";
import { z } from "zod";
import { runSql } from "../../sql/query.js";
import type { SqlReply } from "../api/search.js";
import { bodyOf, queryOf } from "../http/read.js";
import { type Asked, type Env, resource } from "../http/resource.js";
import type { Streams } from "../http/stream.js";
import type { OpenRun } from "../runs/open-run.js";
import { searchRun } from "./search.js";
import { searchSchema } from "./search-query.js";
import { Turns } from "./turns.js";

/** Seconds of a query. */
const MOST_SECONDS = 30;

const sqlSchema = z.strictObject({
  sql: z.string().min(1).max(20_000),
  limit: z.int().min(1).max(10_000).default(1000),
});

export interface SearchParts {
  readonly runOf: (asked: Asked) => OpenRun;
  readonly streams: Streams;
}

export function searchRoutes(app: Hono<Env>, { runOf, streams }: SearchParts): void {
  const turns = new Turns();
  resource(app, "/api/runs/:run/search", {
    GET: (asked) => {
      const run = runOf(asked);
      const search = queryOf(asked, searchSchema);
      return streams.lines(asked, (put, signal) =>
        turns.take(signal, () => searchRun(run, search, put, signal)),
      );
    },
  });
  resource(app, "/api/runs/:run/sql", {
    POST: async (asked) => {
      const run = runOf(asked);
      const { sql, limit } = await bodyOf(asked, sqlSchema);
      const { signal } = asked.req.raw;
      const { columns, rows, cut, notices, seconds } = await turns.take(signal, () =>
        runSql(run.store, sql, { limit, seconds: MOST_SECONDS, signal }),
      );
      const reply: SqlReply = { columns, rows, cut, notices, seconds };
      return asked.json(reply);
    },
  });
}
