/**
 * Rows drawn together: prompts prefilled once each, then one decode step a token for all rows, finished rows retired as they end. What a
 * step gives a row is the same to the last bit whoever lies beside it, so that rows may change streams.
 */
import { setImmediate } from "node:timers/promises";
import { uniformStream } from "../../../random.js";
import type { Completion, SamplingOptions } from "../../engine.js";
import type { Policy } from "../policy/policy.js";
import { decodeProgram, prefillProgram } from "../programs/sampling.js";
import { causalMask, positions } from "../runtime/sequence-feeds.js";
import { boolean, floats, floatsOf, integers, type Program } from "../runtime/session.js";
import { type GivenRow, type Handover, worthGiving } from "./handover.js";
import type { KvCache } from "./kv-cache.js";
import type { RowRequest } from "./row-request.js";
import { StepFeeds } from "./step-feeds.js";

/** Rows are compacted when fewer than this share of them is still being written. */
const COMPACT_BELOW = 0.8;

export interface SamplingPrograms {
  readonly prefill: Program;
  readonly decode: Program;
}

/** The graphs of both, by name. */
export const samplingGraphs = { prefill: prefillProgram, decode: decodeProgram } as const;

/** What draws rows: a policy's programs, and a cache of their own. */
export interface Sampling {
  readonly policy: Policy;
  readonly programs: SamplingPrograms;
  readonly cache: KvCache;
  readonly handover: Handover;
  /** How many prompts are prefilled at a time, by the tokens to prefill of the longest: of every prompt that occurs. */
  readonly prefillRows: ReadonlyMap<number, number>;
}

interface Row {
  readonly request: RowRequest;
  /** Its place among the rows to draw. */
  readonly at: number;
  /** The uniform number that draws a token. */
  readonly uniformAt: (position: number) => number;
  readonly tokens: number[];
  readonly logprobs: number[];
  finish: Completion["finish"] | "given" | null;
}

/** Null for a row that another stream goes on with. */
function completion({ tokens, logprobs, finish }: Row): Completion | null {
  if (finish === "given") return null;
  return { tokens, logprobs: Float32Array.from(logprobs), finish: finish ?? "length" };
}

/**
 * Draws rows that fit at once; none becomes longer than `longest`. The completions are null for rows given away on the way. `onDrawn` is
 * told the tokens that need no more drawing, of those that were to draw here.
 */
export async function drawRows(
  sampling: Sampling,
  requests: readonly RowRequest[],
  longest: number,
  options: SamplingOptions,
  onDrawn: (drawn: number) => void,
): Promise<(Completion | null)[]> {
  const { policy, programs, cache, handover } = sampling;
  const all = requests.map(
    (request, at): Row => ({
      request,
      at,
      uniformAt: uniformStream(request.key),
      tokens: [...(request.begun?.tokens ?? [])],
      logprobs: [...(request.begun?.logprobs ?? [])],
      finish: null,
    }),
  );
  const begun = all.reduce((sum, { tokens }) => sum + tokens.length, 0);
  await begin(sampling, all, longest);

  const stops = new Set(options.stopTokens ?? policy.config.eosTokens);
  const greedy = options.temperature === 0;
  const fed = {
    ...policy.feeds(longest),
    greedy: boolean(greedy),
    inverseTemperature: floats(Float32Array.of(greedy ? 1 : 1 / options.temperature), []),
  };
  const step = new StepFeeds();
  let rows: readonly Row[] = all;

  for (let t = all[0]?.tokens.length ?? 0; t < options.maxTokens && rows.length > 0; t++) {
    const { feeds, into } = cache.tensors();
    step.resize(rows.length);
    for (const [i, row] of rows.entries())
      step.write(i, lastToken(row), cache.lengths[i] as number, row.uniformAt(t));
    const outputs = await programs.decode.run(Object.assign(fed, feeds, step.tensors), into);
    cache.grow();
    const ids = outputs.token?.data as BigInt64Array;
    const logprobs = floatsOf(outputs, "logprob");
    rows.forEach((row, i) => {
      if (row.finish) return;
      const token = Number(ids[i]);
      row.tokens.push(token);
      row.logprobs.push(logprobs[i] as number);
      if (stops.has(token)) row.finish = "stop";
      else if (row.tokens.length === options.maxTokens) row.finish = "length";
    });
    // So that who asked during this step need not wait for the next.
    await setImmediate();
    const given = handover.asked ? give(sampling, rows, options.maxTokens - t - 1) : [];
    handover.answer(given);
    rows = retire(cache, rows, given.length > 0 ? 1 : COMPACT_BELOW);
    onDrawn(drawnOrSkipped(all, options.maxTokens) - begun);
  }
  return all.map(completion);
}

/** Fills the cache with all of each row but its last token, which is the first that decode reads. */
async function begin(
  { policy, programs, cache, prefillRows }: Sampling,
  rows: readonly Row[],
  longest: number,
): Promise<void> {
  const cached = Math.max(...rows.map((row) => lengthOf(row) - 1));
  cache.reset(rows.length, cached, longest);
  for (const [i, { request }] of rows.entries()) if (request.begun) cache.write(i, request.begun.cached);
  const fresh = rows.flatMap(({ request: { prompt, begun } }, row) => (begun ? [] : [{ prompt, row }]));
  await prefill(policy, programs.prefill, cache, prefillRows, fresh);
}

const lengthOf = ({ request, tokens }: Row): number => request.prompt.length + tokens.length;

/** Places of the rows that are still being drawn. */
const aliveOf = (rows: readonly Row[]): number[] => rows.flatMap(({ finish }, i) => (finish ? [] : [i]));

/** Gives up to half of the rows away, every second one, each with so many tokens to come, if that is worth it. */
function give({ cache, handover }: Sampling, rows: readonly Row[], tokensToCome: number): GivenRow[] {
  const alive = aliveOf(rows);
  const size = cache.rowFloats;
  const count = worthGiving(alive.length, tokensToCome, 4 * size);
  return alive
    .filter((_, i) => i % 2 === 1)
    .slice(0, count)
    .map((i, g) => {
      const row = rows[i] as Row;
      row.finish = "given";
      const cached = cache.read(i, handover.memory.subarray(g * size));
      const begun = { tokens: row.tokens, logprobs: row.logprobs, cached };
      return { at: row.at, row: { ...row.request, begun } };
    });
}

/** Tokens that need no more drawing: those drawn, and what finished rows leave undrawn. */
function drawnOrSkipped(rows: readonly Row[], maxTokens: number): number {
  return rows.reduce(
    (sum, { finish, tokens }) => sum + (finish === "stop" || finish === "length" ? maxTokens : tokens.length),
    0,
  );
}

const lastToken = ({ request, tokens }: Row): number => (tokens.at(-1) ?? request.prompt.at(-1)) as number;

/** Drops finished rows where the others are fewer than that share of all: enough have ended to pay for moving those. */
function retire(cache: KvCache, rows: readonly Row[], share: number): readonly Row[] {
  const living = rows.reduce((count, { finish }) => count + Number(finish === null), 0);
  if (living > 0 && living >= share * rows.length) return rows;
  const alive = aliveOf(rows);
  // One alone is multiplied by other code, which rounds otherwise: a finished one stays beside it.
  const kept = alive.length === 1 && rows.length > 1 ? [0, Math.max(1, alive[0] as number)] : alive;
  if (kept.length < rows.length) cache.keep(kept);
  return kept.map((i) => rows[i] as Row);
}

interface PromptRows {
  readonly prompt: readonly number[];
  /** Rows of the cache that begin with it. */
  readonly rows: number[];
}

/** Runs each distinct prompt once, less its last token, and copies its keys and values to all of its rows. */
async function prefill(
  policy: Policy,
  program: Program,
  cache: KvCache,
  prefillRows: ReadonlyMap<number, number>,
  rows: readonly { readonly prompt: readonly number[]; readonly row: number }[],
): Promise<void> {
  const prompts = new Map<string, PromptRows>();
  for (const { prompt, row } of rows) {
    if (prompt.length === 1) continue;
    const key = prompt.join();
    const entry = prompts.get(key) ?? { prompt, rows: [] };
    entry.rows.push(row);
    prompts.set(key, entry);
  }
  // Longest first: what is prefilled together is of like lengths.
  const entries = [...prompts.values()].sort((a, b) => b.prompt.length - a.prompt.length);
  for (let at = 0; at < entries.length; ) {
    const time = (entries[at] as PromptRows).prompt.length - 1;
    const batch = entries.slice(at, at + (prefillRows.get(time) as number));
    await prefillBatch(policy, program, cache, batch, time);
    at += batch.length;
  }
}

async function prefillBatch(
  policy: Policy,
  program: Program,
  cache: KvCache,
  entries: readonly PromptRows[],
  time: number,
): Promise<void> {
  const ids = new BigInt64Array(entries.length * time).fill(BigInt(policy.config.padToken));
  entries.forEach(({ prompt }, p) => {
    for (let i = 0; i < prompt.length - 1; i++) ids[p * time + i] = BigInt(prompt[i] as number);
  });
  const feeds = {
    ...policy.feeds(time),
    ids: integers(ids, [entries.length, time]),
    positions: positions(entries.length, time),
    mask: causalMask(time),
  };
  const outputs = await program.run(feeds, cache.prefill(entries.length, time));
  entries.forEach((entry, p) => {
    for (const row of entry.rows) cache.setPrompt(row, outputs, p, time, entry.prompt.length - 1);
  });
}
