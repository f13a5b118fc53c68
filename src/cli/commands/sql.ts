/** `selftrain sql`: a query on a run. */
import type { SqlColumn, SqlResult } from "../../apps/sql/query.js";
import { type SqlConfig, sqlConfigSchema } from "../../config/sql-config.js";
import { SelftrainError } from "../../errors.js";
import { type Context, defineCommand } from "../command.js";
import { notice, print, streamChunk } from "../output.js";
import { csvHeader, csvLine, sqlTable } from "../sql-text.js";
import { shown } from "../style.js";

/** What there is to be asked for. */
const OVERVIEW = `SELECT table_name AS view, column_name AS "column", data_type AS type
  FROM information_schema.columns WHERE table_name NOT LIKE 'loose%' ORDER BY table_name, ordinal_position`;

export const sqlCommand = defineCommand({
  name: "sql",
  summary: "Ask a run with SQL: metrics, groups, answers, rollouts, probe, evals, events",
  schema: sqlConfigSchema,
  positional: ["run", "query"],
  examples: [
    "selftrain sql runs/srt                                   the views and their columns",
    "selftrain sql runs/srt 'select step, agreement, accuracy from metrics order by step'",
    "selftrain sql runs/srt 'select answer, sum(count) as votes from answers where step > 90 group by all order by votes desc limit 10'",
    "selftrain sql runs/srt 'from rollouts where answer is null' --csv --limit 0 > unanswered.csv",
  ],
  async run({ csv, ...config }, context) {
    if (csv && context.json)
      throw new SelftrainError({
        code: "cli-conflict",
        message: "--csv and --json exclude each other",
        remedy: "keep one of the two",
      });
    const query = await queryOf(config, context);
    const limit = config.query === undefined || config.limit === 0 ? Infinity : config.limit;
    const options = {
      limit,
      seconds: config.seconds,
      onNotice: (text: string) => notice(context, `note: ${text}`),
    };
    if (csv) await printCsv(config.run, query, options, context);
    else {
      const { runSql } = await import("../../apps/sql/query.js");
      const result = await runSql(config.run, query, options);
      print(context, result, sqlTable);
      noticeCut(result.cut, config, context);
    }
    return 0;
  },
});

async function queryOf({ query }: Pick<SqlConfig, "query">, { io }: Context): Promise<string> {
  if (query === undefined) return OVERVIEW;
  if (query !== "-") return query;
  let read = "";
  for await (const chunk of io.stdin)
    read += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
  return read;
}

async function printCsv(
  run: string,
  query: string,
  options: { readonly limit: number; readonly seconds: number; readonly onNotice: (text: string) => void },
  context: Context,
): Promise<void> {
  const { streamSql } = await import("../../apps/sql/query.js");
  const write = (lines: string) => streamChunk(context, shown(context.io.stdout, lines));
  const sink = {
    columns: (columns: readonly SqlColumn[]) => write(csvHeader(columns)),
    rows: async (rows: readonly (readonly unknown[])[]) => {
      await write(rows.map(csvLine).join(""));
      return true;
    },
  };
  const { limited } = await streamSql(run, query, sink, options);
  noticeCut(limited ? "rows" : null, options, context);
}

function noticeCut(cut: SqlResult["cut"], { limit }: { readonly limit: number }, context: Context): void {
  if (cut === "rows") notice(context, `note: there are more rows than ${limit}; --limit 0 gives all of them`);
  if (cut === "bytes")
    notice(context, "note: the rest of the rows would not fit into 64 MiB; --csv gives all of them");
}
