/** A plan of a step: for each model and number of rollouts what it takes, with everything that was assumed. */
import { type PlanConfig, planModels } from "../../config/plan-config.js";
import { SelftrainError } from "../../errors.js";
import { readModelConfig } from "../../model/config-file.js";
import { resolveLanguageModel } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { devices, LINK, SYNC, TRAINED_BYTES, USABLE, wireBytes } from "./constants.js";
import { type Machines, type StepCost, stepCost } from "./cost.js";
import { type Shape, shapeOf, sizeNamed } from "./shapes.js";

export interface PlanLine extends StepCost {
  readonly model: string;
  readonly rollouts: number;
  /** The part that takes most. */
  readonly most: "sample" | "train" | "sync" | "link" | "loop";
}

export interface StepPlan {
  readonly lines: readonly PlanLine[];
  readonly devices: { readonly count: number; readonly title: string };
  /** A sentence each. */
  readonly assumptions: readonly string[];
  /** Models that do not fit these devices, and how many they need. */
  readonly tooLarge: readonly { readonly model: string; readonly least: number }[];
}

/** Throws as resolving a model does, and `plan-too-large` where not one model fits. */
export async function planStep(config: PlanConfig, options: RunOptions = {}): Promise<StepPlan> {
  const shapes =
    config.model === undefined
      ? planModels.map((name) => sizeNamed(name)!)
      : [await shapeNamed(config.model, options)];
  const machines = machinesOf(config);
  const lines = shapes.flatMap((shape) =>
    config.rollouts.map((rollouts): PlanLine => {
      const cost = stepCost(shape, { ...config, rollouts }, machines);
      return { model: shape.name, rollouts, ...cost, most: mostOf(cost) };
    }),
  );
  const fits = lines.filter(({ least }) => least <= config.gpus);
  const tooLarge = shapes.flatMap(({ name }) => {
    const line = lines.find(({ model, least }) => model === name && least > config.gpus);
    return line === undefined ? [] : [{ model: name, least: line.least }];
  });
  if (fits.length === 0) throw tooFew(config, tooLarge[0]!);
  return {
    lines: fits,
    devices: { count: config.gpus, title: machines.device.title },
    assumptions: assumptionsOf(config, machines),
    tooLarge,
  };
}

async function shapeNamed(name: string, options: RunOptions): Promise<Shape> {
  const size = sizeNamed(name);
  if (size !== null) return size;
  const { folder, bases } = await resolveLanguageModel(name, { ...options, weights: false });
  return shapeOf(name, readModelConfig(folder, bases));
}

function machinesOf({ gpu, gpus, price, assume }: PlanConfig): Machines {
  const own = devices[gpu];
  const { trainShare, decodeShare, bandwidthShare, recompute, syncGbps = SYNC, linkGbps = LINK } = assume;
  return {
    device: {
      ...own,
      trainShare: trainShare ?? own.trainShare,
      decodeShare: decodeShare ?? own.decodeShare,
      bandwidthShare: bandwidthShare ?? own.bandwidthShare,
      recompute: recompute ?? own.recompute,
    },
    count: gpus,
    sync: syncGbps * 1e9,
    link: linkGbps * 1e9,
    price: price ?? own.price,
  };
}

function mostOf(cost: StepCost): PlanLine["most"] {
  const parts = ["sample", "train", "sync", "link", "loop"] as const;
  return parts.reduce((most, part) => (cost[part] > cost[most] ? part : most));
}

const percent = (share: number): string => `${Math.round(100 * share)}%`;

function assumptionsOf(
  { samplesPerPrompt, promptTokens, newTokens, lora, mismatch, wire }: PlanConfig,
  machines: Machines,
): string[] {
  const { device, sync, link, price } = machines;
  const { flops, bandwidth, trainShare, decodeShare, bandwidthShare, recompute, source } = device;
  return [
    `${samplesPerPrompt} completions to a prompt; ${promptTokens} tokens of a prompt, ${newTokens} of a completion on average; the prompt is read once for all of them.`,
    `${device.title}: ${flops / 1e12} TFLOP/s, ${bandwidth / 1e12} TB/s, ${device.memory / 1e9} GB (${source}).`,
    `Training reaches ${percent(trainShare)} of the products, sampling ${percent(decodeShare)} of them and ${percent(bandwidthShare)} of the bandwidth${recompute ? "; layers are computed once more on the way back" : ""}${mismatch ? "; what was sampled is scored once before it is trained on (mismatch)" : ""}.`,
    `${lora ? "An adapter is trained: no gradients of the model's weights" : `All weights are trained: ${TRAINED_BYTES} bytes each, spread over the devices`}; ${percent(USABLE)} of memory is usable, and activations are not counted.`,
    `Sampling and training take turns on the same devices. New weights reach the samplers at ${sync / 1e9} GB/s, data the server at ${link / 1e9} GB/s as ${wire}: ${wireBytes[wire].position} bytes a position (measured).`,
    "The loop is one thread of Node; its seconds a rollout and a token are measured (bench/loop.mjs).",
    price === 0 ? "No price." : `$${price} for a device and hour, the whole step.`,
  ];
}

const tooFew = (
  { gpus, gpu }: PlanConfig,
  { model, least }: { readonly model: string; readonly least: number },
): SelftrainError =>
  new SelftrainError({
    code: "plan-too-large",
    message: `${model} does not fit ${gpus} of these devices`,
    found: `${gpus} × ${devices[gpu].title}`,
    expected: `${least} or more`,
    where: "gpus",
    remedy: `plan with --gpus ${least}, with --lora, or a smaller model`,
  });
