/** What a device is tried with: prompts, completions to train on, the two engines that get the same, and the work that is timed. */
import type { AdamParams, Datum, Engine, SampleRequest } from "../../../engine/engine.js";
import { OnnxEngine } from "../../../engine/onnx/onnx-engine.js";
import type { ModelConfig } from "../../../model/config.js";
import { Random } from "../../../random.js";
import type { Timed } from "./models.js";

export const DEVICES = ["cpu", "gpu"] as const;
export type DeviceName = (typeof DEVICES)[number];

const SEED = 3;

export const ADAM: AdamParams = {
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.95,
  eps: 1e-8,
  weightDecay: 0,
  gradClipNorm: 1,
};

/** Both are there at once. The caller closes them. */
export async function openBoth(
  config: ModelConfig,
  memoryBudgetMiB: number,
): Promise<Record<DeviceName, OnnxEngine>> {
  const open = (device: DeviceName) =>
    OnnxEngine.create({ model: { config, seed: SEED }, memoryBudgetMiB, device });
  const gpu = await open("gpu");
  try {
    return { cpu: await open("cpu"), gpu };
  } catch (error) {
    await gpu.close();
    throw error;
  }
}

const tokens = (random: Random, count: number, { vocabSize }: ModelConfig): number[] =>
  Array.from({ length: count }, () => random.int(2, vocabSize - 1));

/** Prompts of so many tokens, each drawn once: as many requests as rows. */
export function requests(config: ModelConfig, rows: number, length: number): SampleRequest[] {
  const random = new Random(1);
  return Array.from({ length: rows }, (_, i) => ({
    prompt: tokens(random, length, config),
    n: 1,
    keys: [[7, i]],
  }));
}

/** Sequences of so many tokens, every one of which has a weight. */
export function sequences(config: ModelConfig, count: number, length: number): Datum[] {
  const random = new Random(2);
  return Array.from({ length: count }, () => ({
    prompt: tokens(random, 1, config),
    completion: tokens(random, length, config),
    weights: Float32Array.from({ length }, () => (random.next() < 0.5 ? -1 : 1) / (count * length)),
    logprobs: new Float32Array(length).fill(-Math.log(config.vocabSize)),
    policyVersion: 0,
  }));
}

/** Tokens of a sequence that is trained on; of a prompt, and of what is drawn after it. */
export const TRAINED = 64;
export const PROMPT = 8;
export const DRAWN = 32;

/** Work that is made ready, to be done again and again. */
export interface Work {
  /** Tokens that each repetition draws or trains on. */
  readonly tokens: number;
  repeat(): Promise<void>;
}

/** What a model of these sizes does. */
type Asked = Pick<Timed, "config" | "sequences" | "rows">;

/** Tokens of one repetition. */
export const tokensOf = {
  train: ({ sequences }: Asked): number => sequences * TRAINED,
  sample: ({ rows }: Asked): number => rows * DRAWN,
} as const;

export const WORK = {
  /**
   * The optimiser's step on a gradient, and the next gradient: a device goes on after a step has returned, and numbers of a gradient come back
   * when all is done.
   */
  async train(engine: Engine, asked: Asked): Promise<Work & { microBatches: number }> {
    const data = sequences(asked.config, asked.sequences, TRAINED);
    const gradient = () => engine.forwardBackward(data, { kind: "importance-sampling" });
    const { microBatches } = await gradient();
    return {
      tokens: tokensOf.train(asked),
      microBatches,
      async repeat() {
        await engine.optimStep(ADAM);
        await gradient();
      },
    };
  },

  /** Nothing ends a completion early. */
  async sample(engine: Engine, asked: Asked): Promise<Work> {
    const drawn = requests(asked.config, asked.rows, PROMPT);
    return {
      tokens: tokensOf.sample(asked),
      async repeat() {
        const sampler = await engine.refreshSampler();
        await sampler.sample(drawn, { maxTokens: DRAWN, temperature: 1, stopTokens: [] });
        await sampler.release();
      },
    };
  },
};
