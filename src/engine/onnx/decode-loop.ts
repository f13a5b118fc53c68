/** Rows drawn together: prompts prefilled once each, then one decode step a token for all rows, finished rows retired as they end. */
import { uniformStream } from "../../random.js";
import type { Completion, SamplingOptions } from "../engine.js";
import type { KvCache } from "./kv-cache.js";
import type { Policy } from "./policy.js";
import { decodeProgram, prefillProgram } from "./programs/sampling.js";
import { causalMask, positions } from "./sequence-feeds.js";
import { boolean, floats, floatsOf, integers, type Program, type Tensors } from "./session.js";

/** Rows are compacted when fewer than this share of them is still being written. */
const COMPACT_BELOW = 0.8;

export interface SamplingPrograms {
  readonly prefill: Program;
  readonly decode: Program;
}

/** The graphs of both, by name. */
export const samplingGraphs = { prefill: prefillProgram, decode: decodeProgram } as const;

/** A completion to draw, and the key of its random stream. */
export interface RowRequest {
  readonly prompt: readonly number[];
  readonly key: readonly number[];
}

/** What draws rows: a policy's programs, and a cache of their own. */
export interface Sampling {
  readonly policy: Policy;
  readonly programs: SamplingPrograms;
  readonly cache: KvCache;
  /** How many prompts are prefilled at a time, by the tokens to prefill of the longest: of every prompt that occurs. */
  readonly prefillRows: ReadonlyMap<number, number>;
}

interface Row {
  readonly prompt: readonly number[];
  /** The uniform number that draws a token. */
  readonly uniformAt: (position: number) => number;
  readonly tokens: number[];
  readonly logprobs: number[];
  finish: Completion["finish"] | null;
}

function completion(row: Row): Completion {
  return { tokens: row.tokens, logprobs: Float32Array.from(row.logprobs), finish: row.finish ?? "length" };
}

/** Draws rows that fit at once; none becomes longer than `longest`. `onDrawn` is told the tokens that need no more drawing. */
export async function drawRows(
  { policy, programs, cache, prefillRows }: Sampling,
  requests: readonly RowRequest[],
  longest: number,
  options: SamplingOptions,
  onDrawn: (drawn: number) => void,
): Promise<Completion[]> {
  const all = requests.map(
    ({ prompt, key }): Row => ({
      prompt,
      uniformAt: uniformStream(key),
      tokens: [],
      logprobs: [],
      finish: null,
    }),
  );
  const prompt = Math.max(...all.map((row) => row.prompt.length - 1));
  cache.reset(all.length, prompt, longest);
  await prefill(policy, programs.prefill, cache, prefillRows, all);

  const stops = new Set(options.stopTokens ?? policy.config.eosTokens);
  const greedy = options.temperature === 0;
  const fixed = {
    ...policy.feeds(longest),
    greedy: boolean(greedy),
    inverseTemperature: floats(Float32Array.of(greedy ? 1 : 1 / options.temperature), []),
  };
  let rows: readonly Row[] = all;
  // The last prompt token is the first that decode reads: its logits give the first new token.
  let ids: BigInt64Array = BigInt64Array.from(rows, (row) => BigInt(row.prompt.at(-1) as number));

  for (let t = 0; t < options.maxTokens && rows.length > 0; t++) {
    const { feeds, into } = cache.tensors();
    const outputs = await programs.decode.run(
      { ...fixed, ...feeds, ...stepFeeds(cache, rows, ids, t) },
      into,
    );
    cache.grow();
    ids = outputs.token?.data as BigInt64Array;
    const logprobs = floatsOf(outputs, "logprob");
    rows.forEach((row, i) => {
      if (row.finish) return;
      const token = Number(ids[i]);
      row.tokens.push(token);
      row.logprobs.push(logprobs[i] as number);
      if (stops.has(token)) row.finish = "stop";
      else if (row.tokens.length === options.maxTokens) row.finish = "length";
    });
    [rows, ids] = retire(cache, rows, ids);
    onDrawn(drawnOrSkipped(all, options.maxTokens));
  }
  return all.map(completion);
}

/** Tokens that need no more drawing: those drawn, and what finished rows leave undrawn. */
function drawnOrSkipped(rows: readonly Row[], maxTokens: number): number {
  return rows.reduce((sum, row) => sum + (row.finish ? maxTokens : row.tokens.length), 0);
}

function stepFeeds(cache: KvCache, rows: readonly Row[], ids: BigInt64Array, t: number): Tensors {
  // 24 bits, so that the number is exact in float32 and never rounds up to 1.
  const u = Float32Array.from(rows, (row) => Math.floor(row.uniformAt(t) * 2 ** 24) / 2 ** 24);
  const shape = [rows.length, 1];
  return {
    ids: integers(ids, shape),
    positions: integers(BigInt64Array.from(cache.lengths, BigInt), shape),
    u: floats(u, shape),
  };
}

/** Drops finished rows once enough have ended to pay for moving the others. */
function retire(cache: KvCache, rows: readonly Row[], ids: BigInt64Array): [readonly Row[], BigInt64Array] {
  const alive = rows.flatMap((row, i) => (row.finish ? [] : [i]));
  if (alive.length > 0 && alive.length >= COMPACT_BELOW * rows.length) return [rows, ids];
  cache.keep(alive);
  return [alive.map((i) => rows[i] as Row), BigInt64Array.from(alive, (i) => ids[i] as bigint)];
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
  rows: readonly Row[],
): Promise<void> {
  const prompts = new Map<string, PromptRows>();
  rows.forEach((row, i) => {
    if (row.prompt.length === 1) return;
    const key = row.prompt.join();
    const entry = prompts.get(key) ?? { prompt: row.prompt, rows: [] };
    entry.rows.push(i);
    prompts.set(key, entry);
  });
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
