/** SQL on real run directories: what the views hold, what cuts a result, and what a hostile query gets. */
import fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runSql, type SqlOptions, streamSql } from "../../../src/apps/sql/query.js";
import { openRun } from "../../../src/run/open-run.js";
import { openRunStore } from "../../../src/run/store/open-store.js";
import { probeRows } from "../../run/probe-rows.js";
import { record, rows } from "../../run/samples.js";
import { writeRun } from "../../run/store/stored-run.js";

let folder: string;
let run: string;
const STEPS = [3, 4, 7, 50, 104];
const LAST = 104;
const ROWS = 32;

const PROBE = probeRows(50, [
  { id: "held-0", text: "1+1=", answers: ["2", "2", "3", null] },
  { id: "held-1", text: "2+2=", answers: ["4", "5", "4", "4"] },
]);

beforeAll(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-sql-"));
  run = join(folder, "it's a [run]*");
  await writeRun(run, STEPS, ROWS);
  const again = openRun(run, "train", { parse: (raw) => raw as object });
  await again.writeProbe(50, PROBE);
  again.append({ kind: "probe", step: 50, metrics: { flipRate: 0.25 }, time: { seconds: 3 } });
  again.append(record(LAST, { kind: "eval", metrics: { mean: 0.5, maj: 0.625 } }));
  again.writeAlarm({
    step: 2,
    monitor: "topShare",
    action: "log",
    series: "topShare",
    value: 0.4,
    bound: 0.3,
    evidence: {},
  });
  again.close({ status: "finished" });
}, 120_000);
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const rowsOf = async (query: string, options?: SqlOptions) => (await runSql(run, query, options)).rows;

describe("the views of a run", () => {
  it("have the metrics of each step, with time beside them", async () => {
    const { columns, rows, cut } = await runSql(run, "from metrics where step in (3, 4) order by step");
    expect(cut).toBe(null);
    expect(columns).toEqual([
      { name: "step", type: "INTEGER" },
      { name: "agreement", type: "DOUBLE" },
      { name: "topAnswer", type: "VARCHAR" },
      { name: "curve", type: "DOUBLE[]" },
      { name: "note", type: "DOUBLE" },
      { name: "tie", type: "BOOLEAN" },
      { name: "seconds", type: "DOUBLE" },
    ]);
    expect(rows).toEqual([
      [3, 0.03, "3", [3, 0.5], null, false, record(3).time.seconds],
      [4, 0.04, "4", [4, 0.5], null, false, record(4).time.seconds],
    ]);
  });

  it("have evaluations and probes by their kind, events, and a probe's samples", async () => {
    expect(await rowsOf("select kind, step, mean, flipRate from evals order by step")).toEqual([
      ["probe", 50, null, 0.25],
      ["eval", LAST, 0.5, null],
    ]);
    expect(await rowsOf("select type, step, data->>'monitor' from events")).toEqual([
      ["started", null, null],
      ["resumed", null, null],
      ["alarm", 2, "topShare"],
    ]);
    const [[count]] = (await rowsOf("select count(*) from probe where len(logprobs) = tokens")) as [[number]];
    expect(count).toBe(PROBE.length);
  });

  it("have every rollout, whether its step is of a closed hundred or not, in the columns of a row", async () => {
    const { rows: counted, notices } = await runSql(
      run,
      "select count(*), count(distinct step), min(step), max(step) from rollouts",
    );
    expect(counted).toEqual([[STEPS.length * ROWS, STEPS.length, 3, LAST]]);
    expect(notices).toEqual(["joining the rollouts of steps 0-99 in cache/, once"]);
    for (const step of [7, LAST]) {
      const { columns, rows: found } = await runSql(
        run,
        `from rollouts where step = ${step} order by "group", sample`,
      );
      const objects = found.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, row[i]])));
      expect(objects).toEqual(rows(step, ROWS));
    }
  });

  it("have groups and answers that add up to the rollouts", async () => {
    const fromRollouts = await rowsOf(
      `select step, "group", answer, count(*) from rollouts where sampledBy = 'policy' and answer is not null group by all order by all`,
      { limit: Infinity },
    );
    const fromAnswers = await rowsOf(`select step, "group", answer, count from answers order by all`, {
      limit: Infinity,
    });
    expect(fromAnswers).toEqual(fromRollouts);
    expect(
      await rowsOf(`select any_value(g.samples), sum(a.count) + any_value(g.unanswered) from groups g join answers a using (step, "group")
        where step = 7 group by step, "group"`),
    ).toEqual([
      [14, 14],
      [14, 14],
    ]);
    // True answers are those that were written with the step.
    expect(await rowsOf("select distinct promptId, truth from groups order by all")).toEqual([
      ["train-0", "3"],
      ["train-1", null],
    ]);
  });

  it("are listed by the usual words", async () => {
    const names = (
      await rowsOf("select distinct table_name from information_schema.tables order by 1")
    ).flat();
    for (const name of ["answers", "evals", "events", "groups", "metrics", "probe", "rollouts"])
      expect(names).toContain(name);
    expect((await rowsOf("describe groups")).map(([name]) => name)).toContain("agreement");
    expect(await rowsOf("summarize metrics")).not.toEqual([]);
  });

  it("are empty, with their columns, in a run that has nothing yet", async () => {
    const empty = join(folder, "empty");
    await writeRun(empty, 0);
    for (const name of ["metrics", "evals", "groups", "answers", "rollouts", "probe"])
      expect((await runSql(empty, `select count(*), count(step) from ${name}`)).rows).toEqual([[0, 0]]);
    expect((await runSql(empty, "select answer, reward from rollouts")).rows).toEqual([]);
  });
});

describe("a damaged run", () => {
  it("is queried without what is cut short, and that is said", async () => {
    const damaged = join(folder, "damaged");
    await writeRun(damaged, 3);
    fs.truncateSync(join(damaged, "rollouts/step-000002.parquet"), 100);
    fs.appendFileSync(join(damaged, "metrics.jsonl"), "nothing\n");
    const { rows: counted, notices } = await runSql(damaged, "select count(distinct step) from rollouts");
    expect(counted).toEqual([[2]]);
    expect(notices).toEqual(["the rollouts of step 2 are cut short, and left out"]);
    const metrics = await runSql(damaged, "select count(*) from metrics");
    expect(metrics.rows).toEqual([[3]]);
    expect(metrics.notices).toEqual(["metrics.jsonl, line 4 is no record: it is left out"]);
  });

  it("has the columns of later versions too, empty", async () => {
    const earlier = new URL("../../fixtures/earlier-versions/", import.meta.url).pathname;
    const old = fs
      .readdirSync(earlier, { recursive: true, encoding: "utf8" })
      .find((name) => name.endsWith("run.json"))!;
    const copy = join(folder, "earlier");
    fs.cpSync(join(earlier, old, ".."), copy, { recursive: true });
    const steps = openRunStore(copy).rolloutSteps().length;
    expect((await runSql(copy, "select count(distinct step), count(modelScore) from rollouts")).rows).toEqual(
      [[steps, 0]],
    );
    expect((await runSql(copy, "select count(distinct step) from groups")).rows).toEqual([[steps]]);
  });
});

describe("limits", () => {
  it("cut the rows, and say so", async () => {
    expect(await runSql(run, "select step from metrics order by step", { limit: 2 })).toMatchObject({
      rows: [[3], [4]],
      cut: "rows",
    });
    expect(await runSql(run, "select step from metrics", { limit: STEPS.length })).toMatchObject({
      cut: null,
    });
    expect((await runSql(run, "from range(5000)", { limit: 3000 })).rows).toHaveLength(3000);
  });

  it("cut what would not fit into memory", async () => {
    const huge = await runSql(run, "select repeat('x', 100000) from range(2000)", { limit: Infinity });
    expect(huge.cut).toBe("bytes");
    expect(huge.rows.length).toBeLessThan(700);
  });

  it("end a query that does not end", async () => {
    const endless = "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t";
    await expect(runSql(run, endless, { seconds: 0.5 })).rejects.toMatchObject({
      code: expect.stringMatching(/^sql-(time|memory)$/),
    });
    const long = "select count(*) from range(1000000) a, range(1000000) b where a.range * b.range % 7 = 3";
    await expect(runSql(run, long, { seconds: 0.3 })).rejects.toMatchObject({ code: "sql-time" });
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error("gone")), 200);
    await expect(runSql(run, long, { signal: abort.signal })).rejects.toThrow("gone");
  });

  it("keep to the memory", async () => {
    await expect(runSql(run, "select list(range) from range(100000000)")).rejects.toMatchObject({
      code: "sql-memory",
    });
  });

  it("hand rows on as they come, until no more are wanted", async () => {
    let seen = 0;
    const sink = {
      columns: () => {},
      rows: (own: readonly unknown[]) => {
        seen += own.length;
        return seen < 3000;
      },
    };
    await streamSql(run, "from range(1000000000)", sink, { limit: Infinity });
    expect(seen).toBeLessThan(10_000);
  });
});

describe("a hostile query", () => {
  const secret = () => join(folder, "secret.csv");
  beforeAll(() => fs.writeFileSync(secret(), "password\nhunter2\n"));

  it.each([
    ["sql-function", "select * from read_csv('/etc/passwd')"],
    ["sql-function", "select * from read_text('SECRET')"],
    ["sql-function", "select (select content from read_blob('SECRET'))"],
    ["sql-function", "from metrics where exists (from glob('/*'))"],
    ["sql-function", "select * from query('select 1')"],
    ["sql-function", "with x as (from parquet_metadata('SECRET')) from x"],
    ["sql-function", "from sniff_csv('SECRET')"],
    ["sql-function", "from enable_logging('QueryLog', storage = 'file', storage_path = 'OUT')"],
    ["sql-function", "from json_execute_serialized_sql('{}')"],
    ["sql-failed", "from 'SECRET'"],
    ["sql-failed", 'from "SECRET"'],
    ["sql-failed", "from 'https://example.com/x.parquet'"],
    ["sql-failed", "select getenv('HOME')"],
    ["sql-failed", "from no_such_table"],
    ["sql-read-only", "copy metrics to 'OUT'"],
    ["sql-read-only", "copy (select 1) to 'OUT' (format parquet)"],
    ["sql-read-only", "export database 'OUT'"],
    ["sql-read-only", "attach 'OUT' as other"],
    ["sql-read-only", "install httpfs"],
    ["sql-read-only", "load httpfs"],
    ["sql-read-only", "set enable_external_access = true"],
    ["sql-read-only", "pragma threads = 8"],
    ["sql-read-only", "call enable_logging()"],
    ["sql-read-only", "create table x as select 1"],
    ["sql-read-only", "drop view metrics"],
    ["sql-read-only", "insert into metrics values (1)"],
    ["sql-read-only", "explain analyze copy metrics to 'OUT'"],
    ["sql-read-only", "select 1; copy metrics to 'OUT'"],
    ["sql-read-only", "create secret (type s3)"],
    ["sql-not-one-query", "select 1; select 2"],
    ["sql-not-one-query", ""],
    ["sql-not-one-query", "-- nothing"],
    ["sql-invalid", "selec 1"],
    ["sql-invalid", "select * from metrics where step = 'a"],
  ])("ends as %s: %s", async (code, query) => {
    const out = join(folder, "out");
    const asked = query.replaceAll("SECRET", secret()).replaceAll("OUT", out);
    const error = await runSql(run, asked).then(
      () => null,
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code });
    expect(String((error as { found?: unknown }).found)).not.toContain("hunter2");
    expect(fs.existsSync(out)).toBe(false);
    // The process is as it was.
    expect(await rowsOf("select 1")).toEqual([[1]]);
  });

  it("reaches no server", async () => {
    let asked = 0;
    const server = createServer((_, answer) => {
      asked++;
      answer.end("a\n1\n");
    }).listen(0, "127.0.0.1");
    await new Promise((listening) => server.once("listening", listening));
    const { port } = server.address() as AddressInfo;
    await expect(runSql(run, `from 'http://127.0.0.1:${port}/x.csv'`)).rejects.toMatchObject({
      code: "sql-failed",
    });
    await new Promise((closed) => server.close(closed));
    expect(asked).toBe(0);
  });

  it("cannot change a setting by what a run holds", async () => {
    expect(
      await rowsOf("select current_setting('threads'), current_setting('enable_external_access')"),
    ).toEqual([[1, false]]);
  });
});
