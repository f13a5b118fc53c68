/** A sampling session: requests that come in one by one are drawn together, as many as wait. */
import { randomInt } from "node:crypto";
import type { Completion, SampleRequest, Sampler, SamplingOptions } from "../../engine/engine.js";
import type { SampleOutput } from "../../engine/tinker/wire/messages.js";

export interface Draw {
  readonly request: SampleRequest;
  readonly options: SamplingOptions;
  readonly promptLogprobs: boolean;
  /** One of several requests that are drawn in one call, in the order of their indices, once all have come. */
  readonly batch: { readonly id: string; readonly size: number; readonly index: number } | null;
}

interface Waiting {
  readonly draw: Draw;
  readonly resolve: (output: SampleOutput) => void;
  readonly reject: (error: unknown) => void;
}

/** Milliseconds that a request waits for others. */
const GATHERING = 5;

/** Keys for clients that know only seeds: with one seed, the same samples, each unlike the others. */
export function keysOfSeed(seed: number | undefined, n: number): number[][] {
  const stream = seed ?? randomInt(2 ** 31);
  return Array.from({ length: n }, (_, i) => [stream, i]);
}

export class SamplingSession {
  readonly id: string;
  readonly sessionId: string;
  readonly #sampler: () => Promise<Sampler>;
  readonly #gathered = new Map<string, Waiting[]>();
  #running = false;
  #timer: NodeJS.Timeout | null = null;

  constructor(id: string, sessionId: string, sampler: () => Promise<Sampler>) {
    this.id = id;
    this.sessionId = sessionId;
    this.#sampler = sampler;
  }

  /** Errors: those of sampling; `sampler-stale` where the model has been trained since. */
  draw(draw: Draw): Promise<SampleOutput> {
    return new Promise((resolve, reject) => {
      const key = draw.batch ? `batch ${draw.batch.id}` : `options ${JSON.stringify(draw.options)}`;
      const waiting = [...(this.#gathered.get(key) ?? []), { draw, resolve, reject }];
      this.#gathered.set(key, waiting);
      if (draw.batch === null) this.#timer ??= setTimeout(() => void this.#run(), GATHERING);
      // At once: what is asked for next may change the weights.
      else if (waiting.length === draw.batch.size) void this.#run();
    });
  }

  async logprobs(data: Parameters<Sampler["logprobs"]>[0]): Promise<Float32Array[]> {
    return (await this.#sampler()).logprobs(data);
  }

  async #run(): Promise<void> {
    this.#timer = null;
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#complete(); next; next = this.#complete()) {
      this.#gathered.delete(next[0]);
      await this.#together(next[1]);
    }
    this.#running = false;
  }

  #complete(): [string, Waiting[]] | undefined {
    return [...this.#gathered].find(
      ([, waiting]) => waiting[0]!.draw.batch === null || waiting.length >= waiting[0]!.draw.batch.size,
    );
  }

  async #together(waiting: readonly Waiting[]): Promise<void> {
    const inOrder = waiting.toSorted((a, b) => (a.draw.batch?.index ?? 0) - (b.draw.batch?.index ?? 0));
    try {
      const outputs = await this.#outputs(inOrder.map(({ draw }) => draw));
      inOrder.forEach(({ resolve }, i) => {
        resolve(outputs[i]!);
      });
    } catch (error) {
      // What one client asked for wrongly is not another's failure.
      if (inOrder.length === 1 || inOrder[0]!.draw.batch) for (const { reject } of inOrder) reject(error);
      else for (const own of inOrder) await this.#together([own]);
    }
  }

  async #outputs(draws: readonly Draw[]): Promise<SampleOutput[]> {
    const sampler = await this.#sampler();
    const groups = await sampler.sample(
      draws.map(({ request }) => request),
      draws[0]!.options,
    );
    const scored = draws.filter(({ promptLogprobs }) => promptLogprobs);
    const logprobs = await sampler.logprobs(
      scored.map(({ request: { prompt } }) => ({ prompt: prompt.slice(0, 1), completion: prompt.slice(1) })),
    );
    return draws.map((draw, i) => {
      const own = scored.indexOf(draw);
      return {
        sequences: groups[i]!.map(sequenceOf),
        promptLogprobs: own < 0 ? null : Float32Array.of(Number.NaN, ...logprobs[own]!),
      };
    });
  }
}

const sequenceOf = ({ tokens, logprobs, finish }: Completion) => ({ tokens, logprobs, stopReason: finish });
