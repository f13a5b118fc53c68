/** Sampling: prompts prefilled once each, then one decode step a token for all rows, finished rows retired as they end. */
import { uniformStream } from "../../random.js";
import type { Completion, SampleRequest, SamplingOptions } from "../engine.js";
import type { KvCache } from "./kv-cache.js";
import type { MemoryPlan } from "./memory-plan.js";
import type { Policy } from "./policy.js";
import { causalMask, positions } from "./sequence-feeds.js";
import { boolean, floats, floatsOf, integers, type Program, type Tensors } from "./session.js";

/** Rows are compacted when fewer than this share of them is still being written. */
const COMPACT_BELOW = 0.8;

export interface SamplingPrograms {
  readonly prefill: Program;
  readonly decode: Program;
}

export type RowLimits = Pick<MemoryPlan, "decodeRows" | "prefillRows">;

interface Row {
  readonly prompt: readonly number[];
  /** The uniform number that draws a token. */
  readonly uniformAt: (position: number) => number;
  readonly tokens: number[];
  readonly logprobs: number[];
  finish: Completion["finish"] | null;
}

/** Draws every completion of the requests, as many rows at a time as the limits allow. */
export async function sample(
  policy: Policy,
  programs: SamplingPrograms,
  cache: KvCache,
  requests: readonly SampleRequest[],
  options: SamplingOptions,
  limits: RowLimits,
): Promise<Completion[][]> {
  const rows = requests.flatMap(({ prompt, keys }) =>
    keys.map(
      (key): Row => ({
        prompt,
        uniformAt: uniformStream(key),
        tokens: [],
        logprobs: [],
        finish: null,
      }),
    ),
  );
  const longest = Math.max(0, ...requests.map((r) => r.prompt.length)) + options.maxTokens;
  const limit = limits.decodeRows(longest);
  const total = rows.length * options.maxTokens;
  for (let at = 0; at < rows.length; at += limit) {
    const chunk = rows.slice(at, at + limit);
    await sampleChunk(policy, programs, cache, limits, chunk, longest, options, (drawn) =>
      options.onProgress?.(Math.min(total, at * options.maxTokens + drawn), total),
    );
  }
  let end = 0;
  return requests.map(({ n }) => {
    end += n;
    return rows.slice(end - n, end).map(completion);
  });
}

function completion(row: Row): Completion {
  return { tokens: row.tokens, logprobs: Float32Array.from(row.logprobs), finish: row.finish ?? "length" };
}

async function sampleChunk(
  policy: Policy,
  programs: SamplingPrograms,
  cache: KvCache,
  limits: RowLimits,
  chunk: readonly Row[],
  longest: number,
  options: SamplingOptions,
  onDrawn: (drawn: number) => void,
): Promise<void> {
  const prompt = Math.max(...chunk.map((row) => row.prompt.length - 1));
  cache.reset(chunk.length, prompt, longest);
  await prefill(policy, programs.prefill, cache, limits, chunk);

  const stops = new Set(options.stopTokens ?? policy.config.eosTokens);
  const greedy = options.temperature === 0;
  const fixed = {
    ...policy.feeds(longest),
    greedy: boolean(greedy),
    inverseTemperature: floats(Float32Array.of(greedy ? 1 : 1 / options.temperature), []),
  };
  let rows = chunk;
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
    onDrawn(drawnOrSkipped(chunk, options.maxTokens));
  }
}

/** Tokens that need no more drawing: those drawn, and what finished rows leave undrawn. */
function drawnOrSkipped(chunk: readonly Row[], maxTokens: number): number {
  return chunk.reduce((sum, row) => sum + (row.finish ? maxTokens : row.tokens.length), 0);
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
  limits: RowLimits,
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
    const batch = entries.slice(at, at + limits.prefillRows(time));
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
