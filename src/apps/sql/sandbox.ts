/** A DuckDB for one query on one run: its own memory, one thread, the files of the run's views, and nothing else of this machine or the network. */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { quotePath, quoteText } from "../../io/fs/duckdb.js";

/** What DuckDB may hold for a query. */
const MEMORY_LIMIT = "128MB";

/** Calls `use` with a connection to a fresh DuckDB, which may read anything until `lock`. */
export async function inSandbox<T>(use: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    memory_limit: MEMORY_LIMIT,
    // Nothing is spilled to disk.
    temp_directory: "",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  try {
    return await use(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** From here on it reads these files alone, and no setting can be changed. */
export async function lock(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  // Reading functions take patterns: a path is checked as it stands in the query, and as what it matches.
  const named = [...new Set(files.flatMap((path) => [quoteText(path), quotePath(path)]))];
  await connection.run(`SET allowed_paths = [${named.join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET lock_configuration = true");
}
