/** Search and SQL over HTTP, on a run whose rollouts are written here. */
import fs from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  routes,
  type SearchMessage,
  type SearchQuery,
  type SqlReply,
} from "../../../src/apps/dashboard/api/index.js";
import type { HttpServer } from "../../../src/io/http/guarded.js";
import { createRun } from "../../../src/run/open-run.js";
import type { RolloutRow } from "../../../src/run/run-directory.js";
import { rows } from "../../run/samples.js";
import { ask, errorOf, serve } from "./dashboard.js";

const hostile = `<script>alert("x")</script> 100% 'quoted' \u202e 😀 İstanbul`;
let folder: string;
let server: HttpServer;

/** 20 steps of two groups of two; the truth of the first prompt is 7. */
const rowsOf = (step: number): RolloutRow[] =>
  rows(step, 4).map((row, i): RolloutRow => {
    const first = i < 2;
    const answer = [`${6 + (step % 2)}`, null, "3", "4"][i]!;
    return {
      ...row,
      group: first ? 0 : 1,
      sample: i % 2,
      promptId: first ? "p0" : "p1",
      prompt: first ? "3+4=" : "1+1=",
      completion:
        step === 5 && i === 0 ? `begin ${hostile} end` : `step ${step} sample ${i}: Answer ${answer}`,
      answer,
      reward: i === 0 ? 1 : 0,
      tokens: 10 * step + i,
      finish: i === 1 ? "length" : "stop",
      rejected: i === 3 ? "agreement" : null,
      voteShare: 0.5,
    };
  });

beforeAll(async () => {
  folder = fs.mkdtempSync(join(fs.realpathSync("/tmp"), "selftrain-search-"));
  const path = join(folder, "runs/a");
  const prompts = join(folder, "prompts.jsonl");
  fs.writeFileSync(prompts, "{}");
  const run = createRun(path, "train", { output: path, steps: 20 });
  for (let step = 1; step <= 20; step++) await run.writeRollouts(step, rowsOf(step), new Map([["p0", "7"]]));
  run.close();
  server = await serve(join(folder, "runs"), folder);
});
afterAll(async () => {
  await server.close();
  fs.rmSync(folder, { recursive: true });
});

async function search(query: SearchQuery) {
  const pairs = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
  const { status, headers, text } = await ask(server, `${routes.search("a")}?${new URLSearchParams(pairs)}`);
  expect([status, headers["content-type"]]).toEqual([200, "application/x-ndjson"]);
  const messages = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as SearchMessage);
  const hits = messages.flatMap((message) => (message.type === "hits" ? message.hits : []));
  return { messages, hits, last: messages.at(-1)! };
}
const stepsOf = (hits: readonly { step: number }[]) => hits.map(({ step }) => step);

describe("a search", () => {
  it("reads the newest steps first, and says what it read", async () => {
    const { messages, hits, last } = await search({ text: "SAMPLE 3" });
    expect(stepsOf(hits)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i));
    expect(messages.filter(({ type }) => type === "progress")).toEqual([
      { type: "progress", steps: 16, ofSteps: 20, samples: 64 },
      { type: "progress", steps: 20, ofSteps: 20, samples: 80 },
    ]);
    expect(last).toMatchObject({
      type: "done",
      steps: 20,
      samples: 80,
      hits: 20,
      limited: false,
      unreadable: [],
    });
    expect(hits[0]).toMatchObject({ before: "step 20 ", match: "sample 3", after: ": Answer 4" });
  });

  it("takes any text as text", async () => {
    for (const text of [hostile, "<script>", "'quoted'", "100%", "😀", "\u202e"]) {
      const { hits } = await search({ text });
      expect([text, stepsOf(hits)]).toEqual([text, [5]]);
      expect(hits[0]!.before + hits[0]!.match + hits[0]!.after).toContain(text);
    }
    expect((await search({ text: "' OR 1=1 --" })).hits).toEqual([]);
    expect((await search({ answer: "' OR 1=1 --" })).hits).toEqual([]);
  });

  it.each<[string, SearchQuery, number]>([
    ["a prompt's text", { text: "3+4" }, 40],
    ["an expression", { regex: "step (7|8) .*Answer \\d" }, 6],
    ["an answer", { answer: "7" }, 10],
    ["steps", { stepFrom: 3, stepTo: 4 }, 8],
    ["a prompt", { prompt: "p1", stepFrom: 20 }, 2],
    ["rewards", { rewardFrom: 0.5 }, 20],
    ["lengths", { tokensFrom: 200, tokensTo: 201 }, 2],
    ["agreement", { agreementTo: 0.4 }, 0],
    ["how it ended", { finish: "length" }, 20],
    ["what was rejected", { rejected: "yes" }, 20],
    ["right answers", { right: "right" }, 10],
    ["wrong answers", { right: "wrong" }, 10],
    ["no answer", { right: "none" }, 20],
    ["answers whose truth is not known", { right: "unknown" }, 40],
    ["all of it together", { regex: "Answer", answer: "7", right: "right", stepTo: 3 }, 2],
  ])("finds by %s", async (_, query, count) => {
    expect((await search(query)).hits).toHaveLength(count);
  });

  it("ends at its limit, and says so", async () => {
    for (const query of [{ limit: 3 }, { limit: 3, right: "unknown" }] as const) {
      const { hits, last } = await search(query);
      expect(hits).toHaveLength(3);
      expect(last).toMatchObject({ limited: true, steps: 16 });
    }
  });

  it("passes over files that cannot be read, and names them", async () => {
    const path = join(folder, "runs/a/rollouts/step-000009.parquet");
    const whole = fs.readFileSync(path);
    fs.truncateSync(path, 50);
    try {
      const { hits, last } = await search({ text: "sample 2" });
      expect(hits).toHaveLength(19);
      expect(last).toMatchObject({ type: "done", unreadable: [{ step: 9 }] });
    } finally {
      fs.writeFileSync(path, whole);
    }
  });

  it("says what is wrong with an expression", async () => {
    const { last } = await search({ regex: "(" });
    expect(last).toMatchObject({ type: "failed", error: { code: "search-regex" } });
    const both = await ask(server, `${routes.search("a")}?text=a&regex=b`);
    expect([both.status, errorOf(both).code]).toEqual([400, "query-malformed"]);
  });

  it("stops when its client does, and lets the next one begin", async () => {
    const gone = new AbortController();
    const response = await fetch(`${server.url}${routes.search("a")}`, { signal: gone.signal });
    await response.body!.getReader().read();
    gone.abort();
    expect((await search({ stepFrom: 20, text: "sample" })).hits).toHaveLength(4);
  });

  it("gives the query that finds the same", async () => {
    const { last, hits } = await search({ text: "Answer 4", stepFrom: 18 });
    const { sql } = last as Extract<SearchMessage, { type: "done" }>;
    const { rows: found, columns } = await query(sql);
    const step = columns.findIndex(({ name }) => name === "step");
    expect(found.map((row) => row[step])).toEqual(stepsOf(hits));
  });
});

async function query(sql: string, limit?: number): Promise<SqlReply> {
  const { status, text } = await ask(server, routes.sql("a"), {
    method: "POST",
    body: { sql, ...(limit === undefined ? {} : { limit }) },
  });
  expect([status, text]).toEqual([200, text]);
  return JSON.parse(text) as SqlReply;
}

describe("SQL", () => {
  it("reads the run, so many rows at most", async () => {
    expect(await query("select count(*) as n from rollouts")).toMatchObject({
      columns: [{ name: "n" }],
      cut: null,
    });
    const some = await query("select step from rollouts order by step", 3);
    expect([some.rows, some.cut]).toEqual([[[1], [1], [1]], "rows"]);
  });

  it.each([
    ["select * from read_text('/etc/passwd')", "sql-function"],
    ["copy (select 1) to '/tmp/x'", "sql-read-only"],
    ["select 1; select 2", "sql-not-one-query"],
    ["selec", "sql-invalid"],
  ])("%s is refused", async (sql, code) => {
    const answer = await ask(server, routes.sql("a"), { method: "POST", body: { sql } });
    expect([answer.status, errorOf(answer).code]).toEqual([422, code]);
  });
});
