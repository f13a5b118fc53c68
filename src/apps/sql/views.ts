/** The views of a run: what each is, and how it is bound. Only those that a query names are. */
import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quotePath } from "../../io/fs/duckdb.js";
import { stepList } from "../../run/gaps.js";
import { noProbe } from "../../run/probes.js";
import { noRollouts, rolloutsQuery } from "../../run/rollouts.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { checkInside } from "../../run/store/inside.js";
import { type Joined, type JoinOptions, joinedFiles, joinedGroups } from "../../run/store/joined.js";
import type { RunStore } from "../../run/store/open-store.js";
import { noTokens, tokensFile } from "../../run/tokens.js";
import { createFromLines, createTable } from "./json-table.js";

export interface Binding {
  readonly connection: DuckDBConnection;
  readonly store: RunStore;
  readonly joining: JoinOptions;
  /** Says what of the run the view does not have. */
  readonly notice: (text: string) => void;
}

export interface View {
  readonly about: string;
  /** Makes it, and returns the files that it reads. */
  bind(binding: Binding): Promise<readonly string[]>;
}

/** Of `groups`, whose lines are `GroupVote`s. */
const GROUP_COLUMNS: Readonly<Record<string, string>> = {
  step: "INTEGER",
  group: "INTEGER",
  promptId: "VARCHAR",
  label: "VARCHAR",
  agreement: "DOUBLE",
  margin: "DOUBLE",
  rewardLabel: "VARCHAR",
  truth: "VARCHAR",
  samples: "INTEGER",
  unanswered: "INTEGER",
  truncated: "INTEGER",
  trained: "INTEGER",
  reward: "DOUBLE",
  tokens: "DOUBLE",
  rejected: "VARCHAR",
  answers: "STRUCT(answer VARCHAR, count INTEGER, reward DOUBLE, advantage DOUBLE)[]",
};

export const VIEWS: Readonly<Record<string, View>> = {
  metrics: {
    about: "a row a training step: its line of metrics.jsonl",
    bind: (binding) => bindRecords(binding, "metrics", ({ kind }) => kind === "step"),
  },
  evals: {
    about: "a row an evaluation, a validation or a probe: its line of metrics.jsonl",
    bind: (binding) => bindRecords(binding, "evals", ({ kind }) => kind !== "step"),
  },
  groups: { about: "a row a group: its vote, and what was learned from it", bind: bindGroups },
  answers: {
    about: "a row an answer of a group: how many gave it, and what it was paid",
    async bind(binding) {
      const files = await bindGroups(binding);
      await binding.connection.run(`CREATE VIEW answers AS
        SELECT step, "group", promptId, own.answer AS answer, own.count AS count, own.count / samples AS share,
          own.reward AS reward, own.advantage AS advantage, own.answer IS NOT DISTINCT FROM label AS isLabel,
          own.answer = truth AS isTrue
        FROM (SELECT step, "group", promptId, samples, label, truth, unnest(answers) AS own FROM groups)`);
      return files;
    },
  },
  rollouts: {
    about: "a row a completion, with its answer, vote, reward and advantage",
    bind: (binding) => bindFiles(binding, "rollouts"),
  },
  probe: {
    about: "a row a sample to the held-out prompts that come back, with its tokens",
    bind: (binding) => bindFiles(binding, "probe"),
  },
  tokens: {
    about: "a row a completion of the steps that keep tokens: their texts, logprobs and entropies",
    async bind({ connection, store }) {
      const paths = store.tokenSteps().map((step) => tokensFile(store.path, step));
      for (const path of paths) checkInside(store.path, path);
      const table = `FROM read_parquet([${paths.map(quotePath).join(", ")}])`;
      await connection.run(`CREATE VIEW tokens AS ${paths.length === 0 ? noTokens : table}`);
      return paths;
    },
  },
  events: {
    about: "a row for each start, alarm, control and end of the run",
    async bind({ connection, store }) {
      await createTable(
        connection,
        "events",
        store.events().map((event) => ({ ...event })),
        {
          type: "VARCHAR",
          step: "INTEGER",
          time: "VARCHAR",
          message: "VARCHAR",
          data: "JSON",
        },
      );
      return [];
    },
  },
};

/** A column for each metric, then for each figure of time; one of time that a metric is named as is `time.…`. */
async function bindRecords(
  { connection, store, notice }: Binding,
  name: string,
  wanted: (record: MetricRecord) => boolean,
): Promise<readonly string[]> {
  const records = store.records().filter(wanted);
  const damaged = store.problems().filter(({ part }) => part.startsWith("metrics.jsonl"));
  for (const { part, why } of damaged) notice(`${part} ${why}: it is left out`);
  const taken = new Set(records.flatMap(({ metrics }) => Object.keys(metrics)));
  const flat = records.map(({ kind, step, metrics, time }) => ({
    step,
    ...(name === "evals" ? { kind } : {}),
    ...metrics,
    ...Object.fromEntries(
      Object.entries(time).map(([key, value]) => [
        taken.has(key) || key === "step" ? `time.${key}` : key,
        value,
      ]),
    ),
  }));
  const always = { step: "INTEGER", ...(name === "evals" ? { kind: "VARCHAR" } : {}) };
  await createTable(connection, name, flat, always);
  return [];
}

async function bindGroups({ connection, store, joining, notice }: Binding): Promise<readonly string[]> {
  const { paths, lines, unread } = await joinedGroups(store, joining);
  if (unread.length > 0)
    notice(`the rollouts of ${stepList(unread)} cannot be read, so that their groups are left out`);
  await createFromLines(connection, "loose_groups", lines, GROUP_COLUMNS);
  const columns = Object.entries(GROUP_COLUMNS).map(([key, type]) => `${quoteName(key)}: '${type}'`);
  const joined =
    paths.length === 0
      ? ""
      : `SELECT * FROM read_json([${paths.map(quotePath).join(", ")}], format = 'newline_delimited', columns = {${columns.join(", ")}}) UNION ALL `;
  await connection.run(`CREATE VIEW groups AS ${joined}SELECT * FROM loose_groups`);
  return paths;
}

async function bindFiles(binding: Binding, part: "rollouts" | "probe"): Promise<readonly string[]> {
  const { connection, store, joining, notice } = binding;
  const joined = await joinedFiles(store, part, joining);
  if (joined.cut.length > 0) notice(`the ${part} of ${stepList(joined.cut)} are cut short, and left out`);
  await connection.run(`CREATE VIEW ${part} AS ${await selectOf(connection, part, joined)}`);
  return [...joined.hundreds, ...joined.steps.map(({ path }) => path)];
}

async function selectOf(
  connection: DuckDBConnection,
  part: "rollouts" | "probe",
  { hundreds, steps }: Joined,
): Promise<string> {
  const reading = (paths: readonly string[], options = "") =>
    `read_parquet([${paths.map(quotePath).join(", ")}]${options})`;
  const loose = reading(
    steps.map(({ path }) => path),
    ", union_by_name = true",
  );
  const parts = [
    ...(hundreds.length === 0 ? [] : [`FROM ${reading(hundreds)}`]),
    ...(steps.length === 0
      ? []
      : [part === "rollouts" ? await rolloutsQuery(connection, loose) : `FROM ${loose}`]),
  ];
  if (parts.length > 0) return parts.join(" UNION ALL BY NAME ");
  return part === "rollouts" ? noRollouts : noProbe;
}
