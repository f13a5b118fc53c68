/**
 * What a graphics device is measured by beside the processor: the doctor's work on the doctor's models, and whole RLOO steps of as many
 * completions.
 */
import { DRAWN, PROMPT, sequences, TRAINED, WORK } from "../../dist/apps/doctor/device/work.js";
import { llamaConfig } from "../../dist/model/config-file.js";
import { decodeFlops, prefillFlops, trainingFlops } from "../work.mjs";
import { openStep } from "../workloads/step.mjs";

/** Samples of a group in a step. */
const SAMPLES = 16;

/** A model of as many layers, and so of as many operators, whose tensors are as small as can be. */
export const narrow = (config) =>
  llamaConfig({ ...config, hiddenSize: 8, feedForward: 8, heads: 1, kvHeads: 1, headDim: 8, vocabSize: 64 });

/**
 * By name. Each is opened on an engine by what is to be timed, a model with its sizes, and gives `{tokens, repeat}`. `flops`, where they are counted, are
 * those of a repetition; `smallest` opens the same number of dispatches on the smallest tensors, for the engine of a narrow model.
 */
export const works = {
  train: {
    title: ({ name, sequences }) => `training ${name} (${sequences} × ${TRAINED})`,
    unit: "tokens/s",
    flops: ({ config, sequences }) => trainingFlops(config, sequences, TRAINED),
    open: WORK.train,
    smallest: (engine, config, opened) => oneSequenceEach(engine, config, opened),
  },
  sample: {
    title: ({ name, rows }) => `sampling ${name} (batch ${rows})`,
    unit: "tokens/s",
    flops: ({ config, rows }) =>
      prefillFlops(config, rows, PROMPT - 1) + decodeFlops(config, rows, PROMPT, DRAWN),
    open: WORK.sample,
    smallest: (engine, config) => WORK.sample(engine, { config, rows: 1 }),
  },
  step: {
    title: ({ name, rows }) => `RLOO step ${name} (${rows / SAMPLES} × ${SAMPLES} × ${DRAWN})`,
    unit: "s",
    open: async (engine, { config, rows }) => ({
      repeat: openStep(engine, config, {
        prompts: rows / SAMPLES,
        samples: SAMPLES,
        promptLength: PROMPT,
        newTokens: DRAWN,
      }),
    }),
  },
};

/** Training on one sequence in each micro-batch, of which there are as many as in what was opened. */
async function oneSequenceEach(engine, config, { microBatches }) {
  const { repeat } = await WORK.train(engine, { config, sequences: 1 });
  const data = sequences(config, 1, TRAINED);
  return {
    async repeat() {
      await repeat();
      for (let i = 1; i < microBatches; i++)
        await engine.forwardBackward(data, { kind: "importance-sampling" });
    },
  };
}
