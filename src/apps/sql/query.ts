/**
 * SQL on a run: one query that reads, by DuckDB, over the views of `VIEWS`. It has the run's files and nothing else, one thread, bounded memory,
 * and bounded time and rows, of which it is said where they cut.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { SelftrainError } from "../../errors.js";
import { exactly } from "../../io/fs/duckdb.js";
import { plain } from "../../plain.js";
import { openRunStore, type RunStore } from "../../run/store/open-store.js";
import { inSandbox, lock } from "./sandbox.js";
import { readStatement } from "./statement.js";
import { VIEWS } from "./views.js";

export interface SqlColumn {
  readonly name: string;
  /** As DuckDB names it, for example `DOUBLE` or `VARCHAR[]`. */
  readonly type: string;
}

export interface SqlOptions {
  /** Most rows; 1000 by default, Infinity for all. */
  readonly limit?: number;
  /** Most seconds, those that binding the views takes included; 30 by default. */
  readonly seconds?: number;
  /** Stops the query, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Is told what of the run is left out, and what takes long. */
  readonly onNotice?: (text: string) => void;
}

export interface SqlResult {
  readonly columns: readonly SqlColumn[];
  /** Values as JSON has them; integers that a double would round, and times, are texts. */
  readonly rows: readonly (readonly unknown[])[];
  /** What cut the rows; null where they are all there are. */
  readonly cut: "rows" | "bytes" | null;
  /** What `onNotice` was told. */
  readonly notices: readonly string[];
  readonly seconds: number;
}

/** Where rows go as they come. */
export interface SqlSink {
  columns(columns: readonly SqlColumn[]): void | Promise<void>;
  /** Wants no more rows where it returns false. */
  rows(rows: readonly (readonly unknown[])[]): boolean | Promise<boolean>;
}

/** Most bytes of a result that is held, counted as JSON. */
const MOST_BYTES = 64 << 20;

/** Throws as `streamSql` does. */
export async function runSql(
  run: string | RunStore,
  query: string,
  { onNotice, ...options }: SqlOptions = {},
): Promise<SqlResult> {
  const started = performance.now();
  const notices: string[] = [];
  const rows: (readonly unknown[])[] = [];
  let columns: readonly SqlColumn[] = [];
  let bytes = 0;
  const sink: SqlSink = {
    columns: (own) => {
      columns = own;
    },
    rows: (own) => {
      for (const row of own) {
        bytes += JSON.stringify(row).length;
        if (bytes > MOST_BYTES) return false;
        rows.push(row);
      }
      return true;
    },
  };
  const noting = (text: string) => {
    notices.push(text);
    onNotice?.(text);
  };
  const { limited } = await streamSql(run, query, sink, { ...options, onNotice: noting });
  const cut = bytes > MOST_BYTES ? "bytes" : limited ? "rows" : null;
  return { columns, rows, cut, notices, seconds: (performance.now() - started) / 1000 };
}

/**
 * Runs a query and hands its rows on as they come; `limited` where there are more than `limit`. Throws as `openRunStore` and `readStatement` do,
 * `sql-time` where it takes too long, `sql-memory`, and `sql-failed` where DuckDB refuses it.
 */
export async function streamSql(
  run: string | RunStore,
  query: string,
  sink: SqlSink,
  { limit = 1000, seconds = 30, signal, onNotice = () => {} }: SqlOptions = {},
): Promise<{ readonly limited: boolean }> {
  signal?.throwIfAborted();
  const store = typeof run === "string" ? openRunStore(run) : run;
  const timeout = AbortSignal.timeout(seconds * 1000);
  const stop = signal ? AbortSignal.any([signal, timeout]) : timeout;
  return inSandbox(async (connection) => {
    const interrupt = () => connection.interrupt();
    stop.addEventListener("abort", interrupt);
    try {
      const { tables, aboutTables } = await readStatement(connection, query);
      const files = await bindViews(connection, store, aboutTables ? null : tables, stop, onNotice);
      await lock(connection, files);
      stop.throwIfAborted();
      return await stream(connection, query, limit, sink, stop);
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw timeout.aborted ? tookTooLong(seconds) : failure(error);
    } finally {
      stop.removeEventListener("abort", interrupt);
    }
  });
}

/** Binds the views of these names, all where null; returns the files that they read. */
async function bindViews(
  connection: DuckDBConnection,
  store: RunStore,
  names: ReadonlySet<string> | null,
  signal: AbortSignal,
  notice: (text: string) => void,
): Promise<string[]> {
  const joining = {
    signal,
    onHundred: (part: string, first: number) =>
      notice(`joining the ${part} of steps ${first}-${first + 99} in cache/, once`),
  };
  const files: string[] = [];
  for (const [name, view] of Object.entries(VIEWS)) {
    // The answers are those of the groups, and bind them.
    const both = names === null || (names.has("groups") && names.has("answers"));
    const wanted = names === null || names.has(name);
    if (wanted && !(name === "groups" && both))
      files.push(...(await view.bind({ connection, store, joining, notice })));
  }
  return files;
}

async function stream(
  connection: DuckDBConnection,
  query: string,
  limit: number,
  sink: SqlSink,
  stop: AbortSignal,
): Promise<{ readonly limited: boolean }> {
  const result = await connection.stream(query);
  const names = result.deduplicatedColumnNames();
  await sink.columns(names.map((name, i) => ({ name, type: String(result.columnType(i)) })));
  let left = limit;
  for await (const chunk of result.yieldConvertedRows(exactly)) {
    stop.throwIfAborted();
    if (chunk.length === 0) continue;
    const rows = chunk.slice(0, left).map((row) => row.map((value) => plain(value)));
    const goOn = rows.length === 0 || (await sink.rows(rows));
    if (chunk.length > left) return { limited: true };
    if (!goOn) return { limited: false };
    left -= chunk.length;
  }
  return { limited: false };
}

const tookTooLong = (seconds: number): SelftrainError =>
  new SelftrainError({
    code: "sql-time",
    message: `The query was stopped after ${seconds} seconds.`,
    expected: "a query that ends by then",
    where: "query",
    remedy: "Ask of fewer steps (where step between 100 and 200), or allow more with --seconds.",
  });

/** What DuckDB says, as an error of the query; an error of ours stays as it is. */
function failure(error: unknown): unknown {
  if (error instanceof SelftrainError || !(error instanceof Error)) return error;
  const [first = ""] = error.message.split("\n");
  const outOfMemory = first.startsWith("Out of Memory Error");
  return new SelftrainError(
    {
      code: outOfMemory ? "sql-memory" : "sql-failed",
      message: outOfMemory ? "The query needs more memory than it may have." : `The query failed: ${first}`,
      found: error.message.slice(0, 1000),
      where: "query",
      remedy: outOfMemory
        ? "Ask of fewer steps, or of fewer columns: completions are long."
        : `The views are ${Object.keys(VIEWS).join(", ")}; \`selftrain sql RUN\` lists their columns.`,
    },
    { cause: error },
  );
}
