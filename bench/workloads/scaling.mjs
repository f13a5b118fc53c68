/** Our side alone: time and memory of 1k, 4k, 16k and 64k tokens a step, in sequences of 64. */
import { mapValues, median, peakRssMiB, seconds } from "../measure.mjs";
import { models, openEngine } from "../models.mjs";
import { openStep } from "./step.mjs";
import { openTraining } from "./train.mjs";

const MODEL = "4.2M";
const LENGTH = 64;
const SEQUENCES = [16, 64, 256, 1024];

const TITLES = { train: "training", step: "RLOO step" };

/** What is done on that many sequences. Training comes first: the peak of memory is that of all that was done before. */
const kinds = {
  train: (engine, model, sequences) => openTraining(engine, model, { sequences, length: LENGTH }),
  step: (engine, model, sequences) =>
    openStep(engine, model, { prompts: sequences / 16, samples: 16, promptLength: 8, newTokens: LENGTH }),
};

export const scaling = {
  runs: 3,
  tables: (result) => [
    [
      ["", "tokens", "s", "tokens/s", "peak MiB"],
      ...Object.entries(result).flatMap(([kind, points]) =>
        points.map((point) => [TITLES[kind], ...Object.values(point).map(String)]),
      ),
    ],
  ],
  async measure(runs, log) {
    const engine = await openEngine(MODEL);
    const result = mapValues(kinds, () => []);
    for (const [kind, open] of Object.entries(kinds)) {
      for (const sequences of SEQUENCES) {
        log(`scaling: ${kind}, ${sequences * LENGTH} tokens`);
        const run = open(engine, models[MODEL], sequences);
        await run();
        const times = [];
        for (let i = 0; i < runs; i++) times.push(await seconds(run));
        result[kind].push(point(sequences * LENGTH, median(times)));
      }
    }
    await engine.close();
    return result;
  },
};

function point(tokens, time) {
  return { tokens, seconds: time, tokensPerSecond: tokens / time, peakRssMiB: peakRssMiB() };
}
