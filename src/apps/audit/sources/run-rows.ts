/** The rollouts of a run, counted by DuckDB: one row for each answer and reward of a group, and only the columns that an audit needs. */
import { quoteName, quotePath, type SqlValue, withConnection } from "../../../io/fs/duckdb.js";

/** Rollouts of one group that gave the same answer and got the same reward. */
export interface CountedRow {
  readonly step: number;
  readonly group: number;
  readonly promptId: string;
  readonly answer: string | null;
  readonly reward: number | null;
  readonly rewardLabel: string | null;
  readonly count: number;
  /** Sum of their sequence KL, and how many have one. */
  readonly kl: number | null;
  readonly klCount: number;
}

const NEEDED = ["step", "group", "sample", "promptId", "answer", "reward", "rewardLabel"] as const;
/** Columns that earlier versions did not write. */
const ADDED = { sampledBy: "'policy'", kl: "NULL::DOUBLE" } as const;

/** Rows of the files in order of step, group and first sample. The order of a group's answers is the same in every reading. */
export async function countedRows(paths: readonly string[]): Promise<CountedRow[]> {
  const table = `read_parquet([${paths.map(quotePath).join(", ")}], union_by_name = true)`;
  return withConnection(async (connection) => {
    const present = new Set((await connection.run(`SELECT * FROM ${table} LIMIT 0`)).columnNames());
    const missing = NEEDED.filter((name) => !present.has(name));
    if (missing.length > 0) throw new Error(`no column ${missing.join(", ")}`);
    const column = (name: keyof typeof ADDED) =>
      present.has(name) ? `coalesce(${quoteName(name)}, ${ADDED[name]})` : ADDED[name];
    const reader = await connection.runAndReadAll(`
      SELECT "step", "group", "promptId", "answer", "reward", first("rewardLabel"),
        count(*)::INTEGER, sum(${column("kl")}), count(${column("kl")})::INTEGER
      FROM ${table}
      WHERE ${column("sampledBy")} = 'policy'
      GROUP BY "step", "group", "promptId", "answer", "reward"
      ORDER BY "step", "group", min("sample")`);
    return (reader.getRowsJS() as SqlValue[][]).map(
      ([step, group, promptId, answer, reward, rewardLabel, count, kl, klCount]) =>
        ({ step, group, promptId, answer, reward, rewardLabel, count, kl, klCount }) as CountedRow,
    );
  });
}
