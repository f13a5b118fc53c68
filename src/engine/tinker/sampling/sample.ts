/** Sampling sessions of a server: completions of many prompts, and logprobs of given ones. */

import type { SelftrainError } from "../../../errors.js";
import type { ModelConfig } from "../../../model/config.js";
import { uniform } from "../../../random.js";
import type { Completion, Datum, SampleRequest, SamplingOptions } from "../../engine.js";
import type { Profile } from "../profile/profile.js";
import { checkLogprobs, invalid } from "../training/check-logprobs.js";
import { codecOf } from "../training/model.js";
import { type Future, start } from "../transport/futures.js";
import type { Transport } from "../transport/transport.js";
import type { Codec } from "../wire/codec.js";
import { chunksOf } from "../wire/json-codec.js";
import type { SampleOutput } from "../wire/messages.js";
import { areCopies, checkSamples, completionsOf } from "./check-sample.js";
import { pooled } from "./pool.js";

export interface SamplingSession {
  readonly id: string;
  readonly transport: Transport;
  readonly profile: Profile;
  readonly config: ModelConfig;
  /** Numbers of requests, from 0. */
  readonly nextSeq: () => number;
  /** Each completion is asked for alone, since one seed gives equal ones. */
  readonly alone: boolean;
}

/** A request of `n` completions, or of one of them. */
interface Part {
  readonly request: SampleRequest;
  readonly from: number;
  readonly n: number;
}

interface Batch {
  readonly id: string;
  readonly size: number;
}

/** The part of a key that others understand: 31 bits, with room for as many samples as are asked for with it. */
export function seedOf(key: readonly number[], n: number): number {
  const room = 2 ** Math.ceil(Math.log2(Math.max(1, n)));
  return Math.floor(uniform(...key, 0) * (2 ** 31 / room)) * room;
}

export interface SampledGroups {
  /** Completions in request order, then sample order, as drawn by the server. */
  readonly groups: Completion[][];
  /** Each prompt's are copies of one another, which says that they are to be asked for alone. */
  readonly copies: boolean;
}

/** What was asked for, and is waited for when it is called. Throws as the transport does, and `tinker-answer-invalid`. */
export type Drawing = () => Promise<SampledGroups>;

/** Resolves when the server has accepted all requests. Throws as the transport does. */
export async function startGroups(
  session: SamplingSession,
  requests: readonly SampleRequest[],
  options: SamplingOptions,
): Promise<Drawing> {
  const { onProgress } = options;
  const parts = requests.flatMap((request): Part[] =>
    session.alone
      ? Array.from({ length: request.n }, (_, from) => ({ request, from, n: 1 }))
      : request.n > 0
        ? [{ request, from: 0, n: request.n }]
        : [],
  );
  const batch: Batch = { id: `${session.id}/${session.nextSeq()}`, size: parts.length };
  const { concurrency } = session.profile;
  // All are handed over before any is waited for: a server may draw them together.
  const futures = await pooled(parts, concurrency, (part, index) =>
    startSample(session, part, options, batch, index),
  );
  return async () => {
    const all = parts.reduce((sum, { n }) => sum + n, 0);
    let done = 0;
    const drawn = await pooled(parts, concurrency, async (part, index) => {
      const output = await resultOf(futures[index]!, () => startSample(session, part, options));
      done += part.n;
      onProgress?.(done * options.maxTokens, all * options.maxTokens);
      return completionsOf(output, part.n, session.config, options);
    });
    let next = 0;
    const groups = requests.map(({ n }) => {
      const group: Completion[] = [];
      while (group.length < n) group.push(...drawn[next++]!);
      return group;
    });
    checkSamples(groups);
    return { groups, copies: !session.alone && areCopies(groups, options.temperature) };
  };
}

/** A sample may be drawn again: where its result is not kept, it is. */
async function resultOf(
  future: Future<SampleOutput>,
  again: () => Promise<Future<SampleOutput>>,
): Promise<SampleOutput> {
  try {
    return await future.result();
  } catch (error) {
    const { code } = error as SelftrainError;
    if (code !== "tinker-answer-gone" && code !== "tinker-reply-lost") throw error;
    return (await again()).result();
  }
}

function startSample(
  session: SamplingSession,
  { request, from, n }: Part,
  { maxTokens, temperature, stopTokens }: SamplingOptions,
  batch?: Batch,
  index?: number,
): Promise<Future<SampleOutput>> {
  const { profile, config } = session;
  const keys = request.keys.slice(from, from + n);
  const stop = stopTokens ?? (profile.keys ? undefined : config.eosTokens);
  return startRequest(session, {
    num_samples: n,
    prompt: chunksOf(request.prompt),
    sampling_params: {
      max_tokens: maxTokens,
      temperature,
      ...(stop === undefined ? {} : { stop }),
      ...(profile.keys ? {} : { seed: seedOf(keys[0]!, n), top_k: -1, top_p: 1 }),
    },
    ...(profile.keys ? { selftrain: { keys, ...(batch ? { batch: { ...batch, index } } : {}) } } : {}),
  });
}

function startRequest(session: SamplingSession, fields: object): Promise<Future<SampleOutput>> {
  const codec: Codec = codecOf(session.profile.results);
  const body = { sampling_session_id: session.id, seq_id: session.nextSeq(), ...fields, type: "sample" };
  return start(
    session.transport,
    { path: "asample", body, repeatable: true },
    { accept: codec.contentType, decode: (bytes) => codec.decodeSample(bytes) },
  );
}

/**
 * Logprobs of completions as those of a longer prompt, which any sampler gives beside a token that is thrown away. Some give none of the
 * first token, and one less. Throws as the transport does, and `tinker-answer-invalid`.
 */
export async function promptLogprobs(
  session: SamplingSession,
  data: readonly Pick<Datum, "prompt" | "completion">[],
): Promise<Float32Array[]> {
  const logprobs = await pooled(data, session.profile.concurrency, async ({ prompt, completion }, i) => {
    const ask = () =>
      startRequest(session, {
        num_samples: 1,
        prompt: chunksOf([...prompt, ...completion]),
        sampling_params: { max_tokens: 1, temperature: 1, seed: 0, top_k: -1, top_p: 1 },
        prompt_logprobs: true,
      });
    const { promptLogprobs: all } = await resultOf(await ask(), ask);
    const length = prompt.length + completion.length;
    if (all?.length !== length && all?.length !== length - 1)
      throw invalid("a prompt's logprobs are not one a token", all?.length ?? "none", length, `datum ${i}`);
    return all.slice(all.length - completion.length);
  });
  checkLogprobs(logprobs, "asample, datum");
  return logprobs;
}
