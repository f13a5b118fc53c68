/** A query over the run, read-only: what `selftrain sql` does, here. */
import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { type Problem, routes, type SqlReply } from "../../api/index.js";
import { post, problemOf } from "../lib/http.js";
import { EXAMPLE_SQL } from "../lib/queries.js";
import type { Table } from "../lib/save.js";
import { Panel } from "../parts/panel.js";
import { ProblemNote } from "../parts/problem.js";
import { TableTwin } from "../parts/table-twin.js";
import { run } from "../state/here.js";
import { about } from "../state/server.js";
import { go, text } from "../state/url.js";

const CUT = { rows: "; there are more than were sent", bytes: "; more bytes than are sent" } as const;

export function SqlView(): VNode {
  const closed = about.value?.unavailable.sql ?? null;
  const [sql, setSql] = useState(text("query") ?? EXAMPLE_SQL);
  const [reply, setReply] = useState<SqlReply | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  if (closed !== null) return <p class="note">{closed}</p>;
  const ask = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    go({ query: sql }, { replace: true });
    post<SqlReply>(routes.sql(run.value!.id), { sql })
      .then(
        (value) => {
          setReply(value);
          setProblem(null);
        },
        (thrown: unknown) => setProblem(problemOf(thrown)),
      )
      .finally(() => setBusy(false));
  };
  return (
    <>
      <form class="sql" onSubmit={ask}>
        <label for="sql">
          One query that reads. Views:{" "}
          <code>metrics, groups, answers, rollouts, probe, evals, events, tokens</code>.
        </label>
        <textarea
          id="sql"
          rows={5}
          spellcheck={false}
          value={sql}
          onInput={(event) => setSql(event.currentTarget.value)}
        />
        <button type="submit" disabled={busy}>
          {busy ? "Running …" : "Run"}
        </button>
      </form>
      {problem && <ProblemNote problem={problem} />}
      {reply && (
        <Panel title="Rows" wide take={{ table: () => tableOf(reply), sql }}>
          <p class="note">
            {reply.rows.length} rows in {reply.seconds.toFixed(2)} s{reply.cut !== null && CUT[reply.cut]}
          </p>
          {reply.notices.map((notice) => (
            <p class="note" key={notice}>
              {notice}
            </p>
          ))}
          <TableTwin title="Rows" table={tableOf(reply)} />
        </Panel>
      )}
    </>
  );
}

const tableOf = ({ columns, rows }: SqlReply): Table => ({
  columns: columns.map(({ name }) => name),
  rows: rows.map((row) =>
    row.map((value) =>
      value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean"
        ? value
        : JSON.stringify(value),
    ),
  ),
});
