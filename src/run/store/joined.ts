/** The files that a query over a whole run opens: a file a closed hundred, made where it is missing, and a file a step for the rest. */
import fs from "node:fs";
import { join } from "node:path";
import { SelftrainError } from "../../errors.js";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { quotePath, withConnection } from "../../io/fs/duckdb.js";
import { copyToParquet } from "../../io/fs/parquet.js";
import { isWhole } from "../gaps.js";
import { rolloutsQuery } from "../rollouts.js";
import { type CachedPart, type Hundred, hundredsOf, isCurrent, makeCache } from "./cache.js";
import { groupsFile } from "./group-files.js";
import { checkInside } from "./inside.js";
import type { RunStore } from "./open-store.js";
import type { StepFile } from "./step-files.js";

export interface Joined {
  /** Files that hold many steps each. All are of this version's columns. */
  readonly hundreds: readonly string[];
  /** Files of single steps. */
  readonly steps: readonly StepFile[];
  /** Steps whose file is cut short, which are in neither. */
  readonly cut: readonly number[];
}

export interface JoinOptions {
  /** Is told of each hundred that is made. */
  readonly onHundred?: (part: CachedPart, first: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Of rollouts or probes. Where no cache can be written, and where a file of a hundred cannot be read, its steps are given one by one. */
export async function joinedFiles(
  store: RunStore,
  part: "rollouts" | "probe",
  { onHundred, signal }: JoinOptions = {},
): Promise<Joined> {
  checkCache(store, part);
  const all = store.files(part);
  for (const { path } of all) checkInside(store.path, path);
  const whole = all.filter(({ path }) => isWhole(path));
  const { closed, open } = hundredsOf(store.path, part, whole, all.at(-1)?.step ?? 0);
  const hundreds: string[] = [];
  const steps: StepFile[] = [];
  for (const hundred of closed) {
    signal?.throwIfAborted();
    checkInside(store.path, hundred.path);
    if (
      await isMade(
        hundred,
        (path) => joinSteps(part, hundred, path),
        () => onHundred?.(part, hundred.first),
      )
    )
      hundreds.push(hundred.path);
    else steps.push(...hundred.files);
  }
  const known = new Set(whole.map(({ step }) => step));
  return {
    hundreds,
    steps: [...steps, ...open],
    cut: all.flatMap(({ step }) => (known.has(step) ? [] : [step])),
  };
}

export interface JoinedGroups {
  /** Files of JSON Lines, of many steps or one. */
  readonly paths: readonly string[];
  /** Lines of steps that have no file. */
  readonly lines: readonly string[];
  /** Steps whose rollouts cannot be read, which are in neither. */
  readonly unread: readonly number[];
}

/** The same of groups, which are made of the rollouts where a step has none of its own. */
export async function joinedGroups(
  store: RunStore,
  { onHundred, signal }: JoinOptions = {},
): Promise<JoinedGroups> {
  checkCache(store, "groups");
  const steps = store.groupSteps();
  const files = steps.map((step) => ({ step, path: sourceOf(store, step) }));
  const { closed, open } = hundredsOf(store.path, "groups", files, steps.at(-1) ?? 0);
  const unread: number[] = [];
  const paths: string[] = [];
  const left = [...open];
  for (const hundred of closed) {
    signal?.throwIfAborted();
    checkInside(store.path, hundred.path);
    const write = async (path: string) => {
      const lines: string[] = [];
      for (const { step } of hundred.files) lines.push(...linesOf(await store.groups(step)));
      writeFileAtomic(path, lines.join(""));
    };
    if (await isMade(hundred, write, () => onHundred?.("groups", hundred.first))) paths.push(hundred.path);
    else left.push(...hundred.files);
  }
  const lines: string[] = [];
  for (const { step } of left) {
    signal?.throwIfAborted();
    try {
      lines.push(...linesOf(await store.groups(step)));
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      unread.push(step);
    }
  }
  return { paths, lines, unread };
}

/** Nothing is read or written through a link that leads elsewhere. */
function checkCache({ path }: RunStore, part: CachedPart): void {
  checkInside(path, join(path, "cache"));
  checkInside(path, join(path, "cache", part));
}

const linesOf = (groups: readonly object[]): string[] => groups.map((group) => `${JSON.stringify(group)}\n`);

/** What the groups of a step are made of. */
function sourceOf(store: RunStore, step: number): string {
  const own = groupsFile(store.path, step);
  return fs.existsSync(own) ? own : store.rolloutsFile(step);
}

/** Whether the joined file is there now. */
async function isMade(
  hundred: Hundred,
  write: (path: string) => Promise<void>,
  onMake: () => void,
): Promise<boolean> {
  if (isCurrent(hundred)) return true;
  try {
    onMake();
    await makeCache(hundred, write);
    return true;
  } catch (error) {
    // The steps themselves are there, and whoever reads them says what is wrong with one.
    if (error instanceof SelftrainError || (error as NodeJS.ErrnoException).code !== undefined) return false;
    throw error;
  }
}

/** Rollouts in the columns of this version. A row group a step where all are as long as the first. */
async function joinSteps(part: "rollouts" | "probe", { files }: Hundred, path: string): Promise<void> {
  const table = `read_parquet([${files.map((file) => quotePath(file.path)).join(", ")}], union_by_name = true)`;
  const { query, rows } = await withConnection(async (connection) => {
    const first = `SELECT count(*)::INTEGER FROM read_parquet(${quotePath(files[0]!.path)})`;
    const [[count]] = (await connection.runAndReadAll(first)).getRowsJS() as [[number]];
    const query = part === "rollouts" ? await rolloutsQuery(connection, table) : `FROM ${table}`;
    return { query, rows: count };
  }).catch(corrupt(path));
  await copyToParquet(path, query, "make the cache", Math.max(1, rows)).catch(corrupt(path));
}

const corrupt =
  (path: string) =>
  (cause: unknown): never => {
    if (cause instanceof SelftrainError) throw cause;
    throw new SelftrainError(
      {
        code: "cache-not-made",
        message: "The files of a hundred of steps cannot be joined.",
        found: (cause as Error).message.split("\n")[0],
        where: path,
        remedy: "Nothing needs to be done: its steps are read one by one.",
      },
      { cause },
    );
  };
