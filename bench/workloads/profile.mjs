/**
 * Our side alone: where the time of an RLOO step on one thread goes. The engine runs in this thread instead of its own, and every run of a
 * compiled program is timed, as is what lays and moves the keys and values of samples; what is left is JavaScript.
 */
import { mapValues, seconds } from "../measure.mjs";
import { engineOptions, models } from "../models.mjs";
import { openStep } from "./step.mjs";

const MODEL = "4.2M";
const sizes = { prompts: 16, samples: 16, promptLength: 8, newTokens: 64 };

/** By the first word of a program's name; what is not here is training. */
const PHASES = { prefill: "prefill", decode: "decode", adamw: "optimiser", gradient: "optimiser" };

export const profile = {
  runs: 5,
  tables: (result) => [
    [
      [`RLOO step ${MODEL}: ${result.seconds} s`, "share"],
      ...Object.entries(result.shares).map(([phase, share]) => [phase, `${(100 * share).toFixed(1)}%`]),
    ],
  ],
  async measure(runs, log) {
    const spent = { prefill: 0, decode: 0, training: 0, optimiser: 0, cache: 0 };
    await timePrograms(spent);
    await timeCache(spent);
    const { OnnxCore } = await import("../../dist/engine/onnx/core.js");
    const core = new OnnxCore({ ...engineOptions(MODEL), threads: 1 });
    const step = openStep(inThisThread(core), models[MODEL], sizes);
    await step();
    for (const phase of Object.keys(spent)) spent[phase] = 0;
    log(`profile: ${runs} runs`);
    const total = await seconds(async () => {
      for (let i = 0; i < runs; i++) await step();
    });
    core.close();
    const named = Object.values(spent).reduce((a, b) => a + b, 0);
    const shares = mapValues({ ...spent, javascript: total - named }, (time) => time / total);
    return { seconds: total / runs, shares };
  },
};

/** Has every program that a stream runs from now on add the seconds of its runs to its phase. */
async function timePrograms(spent) {
  const { EngineStream } = await import("../../dist/engine/onnx/streams/stream.js");
  const { programs } = EngineStream.prototype;
  EngineStream.prototype.programs = function (threads) {
    const known = programs.call(this, threads);
    return (name, build) => {
      const program = known(name, build);
      const phase = PHASES[name.split(/\W/)[0]] ?? "training";
      return {
        run: async (...tensors) => {
          const start = performance.now();
          try {
            return await program.run(...tensors);
          } finally {
            spent[phase] += (performance.now() - start) / 1000;
          }
        },
      };
    };
  };
}

/** Has the cache add the seconds of its copying and clearing, all in whole stretches of memory. */
async function timeCache(spent) {
  const { KvCache } = await import("../../dist/engine/onnx/sampling/kv-cache.js");
  for (const name of ["reset", "setPrompt", "tensors", "keep"]) {
    const method = KvCache.prototype[name];
    KvCache.prototype[name] = function (...args) {
      const start = performance.now();
      try {
        return method.apply(this, args);
      } finally {
        spent.cache += (performance.now() - start) / 1000;
      }
    };
  }
}

/** The part of the engine's interface that a step uses. */
function inThisThread(core) {
  return {
    async refreshSampler() {
      const ticket = core.sampler("current");
      return {
        policyVersion: ticket.policyVersion,
        sample: (requests, options) => core.sample(core.redeem(ticket), requests, options),
        release: async () => {},
      };
    },
    forwardBackward: (data, loss) => core.forwardBackward(data, loss),
    optimStep: (adam) => core.optimStep(adam),
  };
}
