/** Our side alone: one RLOO step with long solutions of a model of the shape of SmolLM2-135M. */
import { median, peakRssMiB } from "../measure.mjs";
import { models, openEngine } from "../models.mjs";
import { openStep } from "./step.mjs";

const MODEL = "135M";
const BUDGET_MIB = 11_000;
const sizes = { prompts: 2, samples: 8, promptLength: 32, newTokens: 512 };

export const long = {
  runs: 1,
  tables: (result) => [
    [
      [`RLOO step ${MODEL} (${sizes.prompts} × ${sizes.samples} × ${sizes.newTokens})`, "s", "tokens/s"],
      ["sampling", String(result.sampleSeconds), String(result.sampledTokensPerSecond)],
      ["update", String(result.updateSeconds), String(result.trainedTokensPerSecond)],
      [`peak MiB, of a budget of ${result.memoryBudgetMiB}`, String(result.peakRssMiB), ""],
    ],
  ],
  async measure(runs, log) {
    const engine = await openEngine(MODEL, BUDGET_MIB);
    const model = models[MODEL];
    log("long: warming up");
    // Of the same length, so that the same programs are compiled, and with as few rollouts as a vote takes.
    await openStep(engine, model, { ...sizes, prompts: 1, samples: 3 })();
    const step = openStep(engine, model, sizes);
    const times = [];
    for (let i = 0; i < runs; i++) {
      log(`long: run ${i + 1} of ${runs}`);
      times.push(await step());
    }
    await engine.close();
    const sampleSeconds = median(times.map((time) => time.sampleSeconds));
    const updateSeconds = median(times.map((time) => time.updateSeconds));
    const sampled = sizes.prompts * sizes.samples * sizes.newTokens;
    return {
      sampleSeconds,
      sampledTokensPerSecond: sampled / sampleSeconds,
      updateSeconds,
      trainedTokensPerSecond: sampled / updateSeconds,
      peakRssMiB: peakRssMiB(),
      memoryBudgetMiB: BUDGET_MIB,
    };
  },
};
