/**
 * What a thread has to sample, train and score with beside the weights: compiled programs, working memory, a cache. `threads` are always
 * those of ONNX Runtime.
 */
import type { Graph } from "../../../graph/graph.js";
import type { ModelConfig } from "../../../model/config.js";
import type { Completion, SamplingOptions } from "../../engine.js";
import type { Policy } from "../policy/policy.js";
import { Scratch } from "../runtime/scratch.js";
import { compile, type Program } from "../runtime/session.js";
import { drawRows, samplingGraphs } from "../sampling/decode-loop.js";
import { type GivenRow, Handover } from "../sampling/handover.js";
import { KvCache } from "../sampling/kv-cache.js";
import type { RowRequest } from "../sampling/row-request.js";
import { type Done, Lanes, takeAll } from "../threads/claims.js";
import type { OnDone } from "../threads/together.js";
import type { GradientSum } from "../training/gradient.js";
import type { ScoringTask, Task, TrainingTask } from "../training/jobs.js";
import { layerByLayer } from "../training/layer-by-layer.js";
import { lossFeeds } from "../training/loss-feeds.js";
import { type MicroBatch, pack, type Sequence } from "../training/micro-batch.js";
import type { BatchResult, Passes, Programs } from "../training/passes.js";
import { wholeModel } from "../training/whole-model.js";

/** How a stream draws. */
export interface Drawing {
  /** The most tokens that a row comes to have. */
  readonly longest: number;
  readonly options: SamplingOptions;
  /** How many prompts are prefilled at a time, by the tokens to prefill of the longest: of every prompt that occurs. */
  readonly prefillRows: ReadonlyMap<number, number>;
}

export class EngineStream {
  readonly #config: ModelConfig;
  readonly #cache: KvCache;
  readonly #handover = new Handover();
  readonly #scratch = new Scratch();
  /** Programs by name and threads, compiled when first needed. */
  readonly #programs = new Map<string, Promise<Program>>();

  constructor(config: ModelConfig) {
    this.#config = config;
    this.#cache = new KvCache(config);
  }

  /** Programs on that many threads of ONNX Runtime. */
  programs(threads: number): Programs {
    return (name: string, build: () => Graph) => {
      const key = `${name}/${threads}`;
      const program = this.#programs.get(key) ?? compile(build(), threads);
      this.#programs.set(key, program);
      return program;
    };
  }

  /** Gives cache back that so many rows have no use for. */
  shrinkCache(rows: number, longest: number): void {
    this.#cache.shrink(rows, longest);
  }

  /** The completions of the rows; null for those shared on the way. */
  async draw(
    policy: Policy,
    threads: number,
    { longest, options, prefillRows }: Drawing,
    rows: readonly RowRequest[],
    onDrawn: (drawn: number) => void,
  ): Promise<(Completion | null)[]> {
    const programs = this.programs(threads);
    const { prefill, decode } = samplingGraphs;
    const sampling = {
      policy,
      programs: {
        prefill: await programs("prefill", () => prefill(policy)),
        decode: await programs("decode", () => decode(policy)),
      },
      cache: this.#cache,
      handover: this.#handover,
      prefillRows,
    };
    return this.#handover.during(() => drawRows(sampling, rows, longest, options, onDrawn));
  }

  /** Some of the rows that are being drawn, as `Handover.ask` gives them. */
  share(): Promise<readonly GivenRow[]> {
    return this.#handover.ask();
  }

  /** Does training jobs until none is left to take, each adding to the gradient of its lane. */
  train(
    policy: Policy,
    threads: number,
    task: TrainingTask,
    lanes: readonly GradientSum[],
    onDone: OnDone,
  ): Promise<readonly Done<BatchResult>[]> {
    const { loss } = task;
    return this.#work(threads, task, onDone, (passes, batch, data, lane) =>
      passes.train(policy, batch, loss, lossFeeds(data, loss), lanes[lane] as GradientSum),
    );
  }

  score(
    policy: Policy,
    threads: number,
    task: ScoringTask,
    onDone: OnDone,
  ): Promise<readonly Done<Float32Array>[]> {
    return this.#work(threads, task, onDone, (passes, batch) => passes.score(policy, batch, task.score));
  }

  async close(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).release();
    this.#programs.clear();
  }

  #work<D extends Sequence, T>(
    threads: number,
    { jobs, claims: memory, layerByLayer: layered, headRows }: Task<D>,
    onDone: OnDone,
    run: (passes: Passes, batch: MicroBatch, data: readonly D[], lane: number) => Promise<T>,
  ): Promise<Done<T>[]> {
    const programs = this.programs(threads);
    const passes = layered
      ? layerByLayer(programs, this.#scratch, headRows)
      : wholeModel(programs, this.#scratch);
    const claims = new Lanes(memory, jobs.length);
    let rows = 0;
    return takeAll(claims, async (job) => {
      const { data, time } = jobs[job] as (typeof jobs)[number];
      const batch = pack(data, time, this.#config.padToken);
      const result = await run(passes, batch, data, claims.laneOf(job));
      rows += data.length;
      onDone(rows);
      return result;
    });
  }
}
