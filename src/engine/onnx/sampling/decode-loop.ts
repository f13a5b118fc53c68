/**
 * Rows drawn together: prompts prefilled once each, then one decode step a token for all rows, finished rows retired as they end. What a
 * step gives a row is the same to the last bit whoever lies beside it, so that rows may change streams.
 */
import { uniformStream } from "../../../random.js";
import type { Completion, SamplingOptions } from "../../engine.js";
import type { Policy } from "../policy/policy.js";
import type { Runnable } from "../runtime/program.js";
import { causalMask, positions } from "../runtime/sequence-feeds.js";
import { boolean, floats, integers, lasting } from "../runtime/tensor.js";
import { type GivenRow, type Handover, worthGiving } from "./handover.js";
import type { RowCache } from "./row-cache.js";
import type { RowRequest } from "./row-request.js";
import { StepFeeds } from "./step-feeds.js";

/** Rows are compacted when fewer than this share of them is still being written. */
const COMPACT_BELOW = 0.8;

export interface SamplingPrograms {
  readonly prefill: Runnable;
  readonly decode: Runnable;
}

/** What draws rows: a policy's programs, and a cache of their own. */
export interface Sampling {
  readonly policy: Policy;
  readonly programs: SamplingPrograms;
  readonly cache: RowCache;
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
  const shared = {
    ...policy.feeds(longest),
    greedy: lasting(boolean(greedy)),
    inverseTemperature: lasting(floats(Float32Array.of(greedy ? 1 : 1 / options.temperature), [])),
  };
  let step: StepFeeds | null = null;
  let rows: readonly Row[] = all;

  for (let t = all[0]?.tokens.length ?? 0; t < options.maxTokens && rows.length > 0; t++) {
    const cached = cache.tensors();
    if (step?.cached !== cached) step = new StepFeeds(shared, cached, rows.length);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row;
      step.write(i, lastToken(row), cache.lengths[i] as number, row.uniformAt(t));
    }
    await programs.decode.run(step.feeds, step.into);
    cache.grow();
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Row;
      if (row.finish) continue;
      const { token, logprob } = step.drawn(i);
      row.tokens.push(token);
      row.logprobs.push(logprob);
      if (stops.has(token)) row.finish = "stop";
      else if (row.tokens.length === options.maxTokens) row.finish = "length";
    }
    const given = handover.asked ? give(sampling, rows, options.maxTokens - t - 1) : [];
    handover.answer(given);
    rows = await retire(cache, rows, given.length > 0 ? 1 : COMPACT_BELOW);
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
  await cache.reset(rows.length, cached, longest);
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
async function retire(cache: RowCache, rows: readonly Row[], share: number): Promise<readonly Row[]> {
  const living = rows.reduce((count, { finish }) => count + Number(finish === null), 0);
  if (living > 0 && living >= share * rows.length) return rows;
  const alive = aliveOf(rows);
  // One alone is multiplied by other code, which rounds otherwise: a finished one stays beside it.
  const kept = alive.length === 1 && rows.length > 1 ? [0, Math.max(1, alive[0] as number)] : alive;
  if (kept.length < rows.length) await cache.keep(kept);
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
  program: Runnable,
  cache: RowCache,
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
  program: Runnable,
  cache: RowCache,
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
  const placements = entries.flatMap(({ prompt, rows }, p) =>
    rows.map((row) => ({ row, prompt: p, length: prompt.length - 1 })),
  );
  await cache.setPrompts(outputs, time, placements);
}
