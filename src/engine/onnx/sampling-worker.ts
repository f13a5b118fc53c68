/** A thread that helps to sample: it has programs, a cache, and a copy of the weights. */
import { workerData } from "node:worker_threads";
import type { SamplingOptions } from "../engine.js";
import { drawRows, type RowRequest, type Sampling, samplingGraphs } from "./decode-loop.js";
import { Handover } from "./handover.js";
import type { HelperOptions } from "./helpers.js";
import { KvCache } from "./kv-cache.js";
import { Policy } from "./policy.js";
import { serve } from "./serve.js";
import { compile } from "./session.js";

const { shape, threads, model, adapter } = workerData as HelperOptions;
const { config, lora } = shape;
const sources = adapter ? [model, adapter] : [model];
const copies = sources.map(({ length }) => new Float32Array(length)) as [Float32Array, ...Float32Array[]];
const policy = new Policy(config, copies[0], lora && copies[1] ? { lora, weights: copies[1] } : null);
const cache = new KvCache(config);
const handover = new Handover();
const programs = Promise.all([
  compile(samplingGraphs.prefill(shape), threads),
  compile(samplingGraphs.decode(shape), threads),
]);

const methods = {
  update: () => {
    for (const [i, source] of sources.entries()) copies[i]?.set(source);
  },
  draw: async (
    [rows, longest, options, prefillRows]: readonly unknown[],
    onProgress: (done: number, total: number) => void,
  ) => {
    const [prefill, decode] = await programs;
    const sampling: Sampling = {
      policy,
      programs: { prefill, decode },
      cache,
      handover,
      prefillRows: prefillRows as ReadonlyMap<number, number>,
    };
    const given = options as SamplingOptions;
    return handover.during(() =>
      drawRows(sampling, rows as RowRequest[], longest as number, given, (drawn) => onProgress(drawn, 0)),
    );
  },
  close: async () => {
    for (const program of await programs) await program.release();
  },
};

serve(methods, { share: () => handover.ask() });
