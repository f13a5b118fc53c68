/**
 * A query as DuckDB's own parser reads it, before anything is bound: one that reads, and by no function that opens files, runs other text, or
 * changes how the process logs. The locked configuration would refuse most of these too; some it would not.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { SelftrainError } from "../../errors.js";

export interface Statement {
  /** Names of tables that it reads, those of its own WITH included. */
  readonly tables: ReadonlySet<string>;
  /** Whether it asks about the tables themselves, as SHOW, DESCRIBE and SUMMARIZE do, and information_schema. */
  readonly aboutTables: boolean;
}

/** Functions that may stand in FROM: they make rows of their arguments. */
const TABLE_FUNCTIONS: ReadonlySet<string> = new Set([
  "range",
  "generate_series",
  "unnest",
  "json_each",
  "json_tree",
  "repeat_row",
  "duckdb_columns",
  "duckdb_functions",
  "duckdb_tables",
  "duckdb_views",
]);

interface Serialized {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly statements?: readonly unknown[];
}

/** Throws `sql-invalid`, `sql-not-one-query`, `sql-read-only` and `sql-function`. */
export async function readStatement(
  connection: Pick<DuckDBConnection, "runAndReadAll">,
  query: string,
): Promise<Statement> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [query]);
  const parsed = JSON.parse(String(reader.getRowsJS()[0]![0])) as Serialized;
  if (parsed.error)
    throw parsed.error_type === "not implemented" ? notReading(query) : invalid(parsed, query);
  const statements = parsed.statements ?? [];
  if (statements.length !== 1) throw notOne(statements.length);
  const tables = new Set<string>();
  let aboutTables = false;
  for (const node of nodesOf(statements[0])) {
    if (node.type === "TABLE_FUNCTION") checkFunction(node);
    else if (node.type === "SHOW_REF") aboutTables = true;
    else if (node.type === "BASE_TABLE") {
      tables.add(String(node.table_name).toLowerCase());
      aboutTables ||= String(node.schema_name) === "information_schema";
    }
  }
  return { tables, aboutTables };
}

type Node = Readonly<Record<string, unknown>>;

/** Every object of a tree. */
function* nodesOf(tree: unknown): Generator<Node, void> {
  const open = [tree];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== "object" || node === null) continue;
    if (!Array.isArray(node)) yield node as Node;
    for (const child of Object.values(node)) open.push(child);
  }
}

function checkFunction({ function: called }: Node): void {
  const name = String((called as Node | undefined)?.function_name ?? "").toLowerCase();
  if (TABLE_FUNCTIONS.has(name)) return;
  throw new SelftrainError({
    code: "sql-function",
    message: `The function ${name} is not to be had: a query reads the run and nothing else.`,
    found: name,
    expected: `one of ${[...TABLE_FUNCTIONS].join(", ")}`,
    where: "query",
    remedy: "Query the views; `selftrain sql RUN` lists them.",
  });
}

const invalid = ({ error_message }: Serialized, query: string): SelftrainError =>
  new SelftrainError({
    code: "sql-invalid",
    message: `The query is not SQL that DuckDB reads: ${error_message}.`,
    found: query.slice(0, 200),
    where: "query",
    remedy: 'Names that are words of SQL need quotes, as in "group".',
  });

const notReading = (query: string): SelftrainError =>
  new SelftrainError({
    code: "sql-read-only",
    message: "Only queries that read are run.",
    found: query.slice(0, 200),
    expected: "SELECT, FROM, WITH, VALUES, DESCRIBE, SUMMARIZE or SHOW",
    where: "query",
    remedy: "To work on the data otherwise, open the run's files with a DuckDB of your own.",
  });

const notOne = (found: number): SelftrainError =>
  new SelftrainError({
    code: "sql-not-one-query",
    message: "One query is run at a time.",
    found,
    expected: 1,
    where: "query",
    remedy: found === 0 ? "Write a query, such as: from metrics" : "Run them one by one.",
  });
