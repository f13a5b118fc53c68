/** Search in the samples of a run, newest steps first, a few files at a time: it says what it read, and ends when nobody listens any more. */
import { sameAnswer } from "../../../core/answer/same.js";
import { quotePath, quoteText, withConnection } from "../../../io/fs/duckdb.js";
import { Refusal } from "../../../io/http/refusal.js";
import { rolloutsQuery } from "../../../run/rollouts.js";
import { checkInside } from "../../../run/store/inside.js";
import type { SearchHit, SearchMessage } from "../api/search.js";
import type { OpenRun } from "../runs/open-run.js";
import { votesAt } from "../step/votes.js";
import { conditionsOf, matchOf } from "./conditions.js";
import { excerptOf } from "./excerpt.js";
import { inRange, type Search } from "./search-query.js";

/** Files that one query reads. */
const FILES = 16;

type Put = (message: SearchMessage) => Promise<void>;

/** Throws `search-regex` (400) before it sends anything. */
export async function searchRun(run: OpenRun, search: Search, put: Put, signal: AbortSignal): Promise<void> {
  const started = performance.now();
  await checkRegex(search.regex);
  const files = filesOf(run, search);
  const unreadable: { step: number; why: string }[] = [];
  let [steps, samples, hits] = [0, 0, 0];
  for (let from = 0; from < files.length && hits < search.limit; from += FILES) {
    signal.throwIfAborted();
    const batch = files.slice(from, from + FILES);
    const read = await readBatch(run, search, batch, search.limit - hits);
    unreadable.push(...read.unreadable);
    steps += batch.length;
    samples += read.samples;
    hits += read.hits.length;
    if (read.hits.length > 0) await put({ type: "hits", hits: read.hits });
    await put({ type: "progress", steps, ofSteps: files.length, samples });
  }
  const seconds = (performance.now() - started) / 1000;
  await put({
    type: "done",
    steps,
    ofSteps: files.length,
    samples,
    hits,
    limited: hits >= search.limit,
    unreadable: unreadable.slice(0, 10),
    seconds,
    sql: asSql(search),
  });
}

async function checkRegex(regex: string | undefined): Promise<void> {
  if (regex === undefined) return;
  try {
    await withConnection((connection) => connection.run(`SELECT regexp_matches('', ${quoteText(regex)})`));
  } catch (error) {
    throw new Refusal(400, {
      code: "search-regex",
      message: `The regular expression is none: ${(error as Error).message.split("\n")[0]}`,
      found: regex,
      expected: "the syntax of RE2: no look-around, no back-references",
      remedy: "Mend it, or search for the text as it stands.",
    });
  }
}

interface StepFile {
  readonly step: number;
  readonly path: string;
}

/** Newest first. */
function filesOf({ store }: OpenRun, { source, stepFrom = 0, stepTo = Infinity }: Search): StepFile[] {
  return store
    .files(source)
    .filter(({ step }) => step >= stepFrom && step <= stepTo)
    .reverse();
}

interface Batch {
  readonly hits: readonly SearchHit[];
  readonly samples: number;
  readonly unreadable: readonly { readonly step: number; readonly why: string }[];
}

/** Where one of the files cannot be read, each is read by itself. */
async function readBatch(
  run: OpenRun,
  search: Search,
  files: readonly StepFile[],
  most: number,
): Promise<Batch> {
  try {
    for (const { path } of files) checkInside(run.path, path);
    return { ...(await query(run, search, files, most)), unreadable: [] };
  } catch (error) {
    const [first] = files;
    if (files.length === 1)
      return {
        hits: [],
        samples: 0,
        unreadable: [{ step: first!.step, why: (error as Error).message.split("\n")[0]! }],
      };
    const all: Batch[] = [];
    let left = most;
    for (const file of files) {
      const one = await readBatch(run, search, [file], left);
      left -= one.hits.length;
      all.push(one);
    }
    return {
      hits: all.flatMap(({ hits }) => hits),
      samples: all.reduce((sum, { samples }) => sum + samples, 0),
      unreadable: all.flatMap((one) => one.unreadable),
    };
  }
}

interface Found
  extends Pick<SearchHit, "step" | "group" | "sample" | "promptId" | "answer" | "reward" | "tokens"> {
  readonly prompt: string;
  readonly completion: string;
  readonly inCompletion: string;
  readonly inPrompt: string;
}

async function query(
  run: OpenRun,
  search: Search,
  files: readonly StepFile[],
  most: number,
): Promise<Omit<Batch, "unreadable">> {
  const list = files.map(({ path }) => quotePath(path)).join(", ");
  const { rows, samples } = await withConnection(async (connection) => {
    const table = `read_parquet([${list}], union_by_name = true)`;
    const from =
      search.source === "probe" ? `SELECT * FROM ${table}` : await rolloutsQuery(connection, table);
    const where = conditionsOf(search);
    // Whether an answer is right is seen below: then as many as there are may have to be looked at.
    const limit = search.right === undefined ? ` LIMIT ${most}` : "";
    const found = await connection.runAndReadAll(
      `SELECT step, "group", sample, promptId, answer, ${search.source === "probe" ? "NULL" : "reward"} AS reward, tokens, prompt, completion,
        ${matchOf(search, "completion")} AS inCompletion, ${matchOf(search, "prompt")} AS inPrompt
        FROM (${from}) ${where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`}
        ORDER BY step DESC, "group", sample${limit}`,
    );
    const count = await connection.runAndReadAll(
      `SELECT sum(num_rows) FROM parquet_file_metadata([${list}])`,
    );
    return {
      rows: found.getRowObjectsJS() as unknown as Found[],
      samples: Number(count.getRowsJS()[0]![0]),
    };
  });
  const hits: SearchHit[] = [];
  for (const row of rows) {
    if (hits.length === most) break;
    const votes = await votesAt(run, search.source, row.step).catch(() => []);
    const truth = votes.find(({ promptId }) => promptId === row.promptId)?.truth ?? null;
    if (search.right !== undefined && kindOf(row.answer, truth) !== search.right) continue;
    hits.push(hitOf(row, truth));
  }
  return { hits, samples };
}

function kindOf(answer: string | null, truth: string | null): NonNullable<Search["right"]> {
  if (answer === null) return "none";
  if (truth === null) return "unknown";
  return sameAnswer(answer, truth) ? "right" : "wrong";
}

function hitOf(row: Found, truth: string | null): SearchHit {
  const { step, group, sample, promptId, answer, reward, tokens, inCompletion, inPrompt } = row;
  const shown =
    inCompletion === "" && inPrompt !== ""
      ? excerptOf(row.prompt, inPrompt)
      : excerptOf(row.completion, inCompletion);
  const right = truth === null ? null : sameAnswer(answer, truth);
  return { step, group, sample, promptId, answer, reward, right, tokens, ...shown };
}

/** The same for `selftrain sql`, but for whether an answer is right. */
function asSql(search: Search): string {
  const { source, stepFrom, stepTo, limit } = search;
  const where = [...inRange("step", stepFrom, stepTo), ...conditionsOf(search)];
  return `select step, "group", sample, answer, completion from ${source}${where.length === 0 ? "" : ` where ${where.join(" and ")}`} order by step desc, "group", sample limit ${limit}`;
}
