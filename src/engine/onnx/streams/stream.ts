/** What samples, trains and scores beside others: compiled programs, working memory, a cache. Weights and gradients are lent to it. */
import type { Completion, SamplingOptions } from "../../engine.js";
import type { Device } from "../c-api/session.js";
import type { Policy } from "../policy/policy.js";
import { type CacheLayout, decodeProgram, prefillProgram } from "../programs/sampling.js";
import { compile, type Program } from "../runtime/program.js";
import { drawRows } from "../sampling/decode-loop.js";
import { type GivenRow, Handover } from "../sampling/handover.js";
import type { RowCache } from "../sampling/row-cache.js";
import type { RowRequest } from "../sampling/row-request.js";
import { layerByLayer } from "../training/layer-by-layer.js";
import type { Passes, Programs } from "../training/passes.js";
import type { Rows } from "../training/rows.js";
import { wholeModel } from "../training/whole-model.js";
import type { Way } from "./share-out.js";

/** How a stream draws. */
export interface Drawing {
  /** The most tokens that a row comes to have. */
  readonly longest: number;
  readonly options: SamplingOptions;
  /** How many prompts are prefilled at a time, by the tokens to prefill of the longest: of every prompt that occurs. */
  readonly prefillRows: ReadonlyMap<number, number>;
}

/** What a stream runs on. */
export interface Threads {
  /** Threads of ONNX Runtime. */
  readonly count: number;
  /** Whether others run at the same time, and so none on the thread that all are driven from. */
  readonly aside: boolean;
}

/** What a stream has of its own, where programs run. */
export interface StreamMemory {
  readonly device: Device;
  readonly cache: RowCache;
  readonly layout: CacheLayout;
  readonly rows: Rows;
}

export class EngineStream {
  readonly #memory: StreamMemory;
  readonly #handover = new Handover();
  /** Programs by name and number of threads, compiled when first needed. */
  readonly #programs = new Map<string, Program>();

  constructor(memory: StreamMemory) {
    this.#memory = memory;
  }

  /** Programs on these threads. */
  programs({ count, aside }: Threads): Programs {
    return (name, build) => {
      const key = `${name}/${count}`;
      const program = this.#programs.get(key) ?? compile(build(), count, this.#memory.device);
      this.#programs.set(key, program);
      return aside ? program.aside : program;
    };
  }

  /** Gives cache back that so many rows have no use for. */
  shrinkCache(rows: number, longest: number): void {
    this.#memory.cache.shrink(rows, longest);
  }

  /** The completions of the rows; null for those shared on the way. */
  draw(
    policy: Policy,
    threads: Threads,
    { longest, options, prefillRows }: Drawing,
    rows: readonly RowRequest[],
    onDrawn: (drawn: number) => void,
  ): Promise<(Completion | null)[]> {
    const programs = this.programs(threads);
    const { cache, layout } = this.#memory;
    const sampling = {
      policy,
      programs: {
        prefill: programs("prefill", () => prefillProgram(policy)),
        decode: programs("decode", () => decodeProgram(policy, layout)),
      },
      cache,
      handover: this.#handover,
      prefillRows,
    };
    return this.#handover.during(() => drawRows(sampling, rows, longest, options, onDrawn));
  }

  /** Some of the rows that are being drawn, as `Handover.ask` gives them. */
  share(): Promise<readonly GivenRow[]> {
    return this.#handover.ask();
  }

  /** How micro-batches go through a policy: at once, or layer by layer, so many rows reaching the vocabulary at a time. */
  passes(threads: Threads, { layerByLayer: layered, headRows }: Way): Passes {
    const programs = this.programs(threads);
    const { rows } = this.#memory;
    return layered ? layerByLayer(programs, rows, headRows) : wholeModel(programs, rows);
  }

  close(): void {
    for (const program of this.#programs.values()) program.release();
    this.#programs.clear();
  }
}
