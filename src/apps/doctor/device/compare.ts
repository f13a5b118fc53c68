/** Whether a device computes what the processor does: scores, gradients, an optimiser's step, draws. */
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import type { AdamParams, Engine } from "../../../engine/engine.js";
import { makeFolder } from "../../../io/fs/folder.js";
import { readWeights } from "../../../model/read-weights.js";
import { SMALL } from "./models.js";
import { ADAM, DEVICES, type DeviceName, openBoth, requests, sequences } from "./work.js";

export interface Comparison {
  readonly what: "scores" | "gradients" | "optimiser step" | "draws";
  /** The largest difference, and the most that rounding explains. Of draws, the share of completions that differ. */
  readonly difference: number;
  readonly limit: number;
  readonly ok: boolean;
}

/** Scores in nats, gradients relative to the largest. */
const LIMITS = { scores: 1e-3, gradients: 1e-3, "optimiser step": 1e-2, draws: 0.1 } as const;

/** A step of AdamW whose ε is far above every gradient changes weights by the gradient, here times ten. */
const PLAIN: AdamParams = { ...ADAM, learningRate: 1e5, eps: 1e4, gradClipNorm: 1e9 };

const BUDGET_MIB = 512;
const LENGTH = 48;

interface Computed {
  readonly scores: Float32Array;
  readonly change: Float32Array;
  readonly after: Float32Array;
  readonly drawn: readonly string[];
}

/** Throws as `OnnxEngine.create`. */
export async function compareDevices(): Promise<Comparison[]> {
  const engines = await openBoth(SMALL, BUDGET_MIB);
  const folder = fs.mkdtempSync(join(os.tmpdir(), "selftrain-device-"));
  try {
    const computed = {} as Record<DeviceName, Computed>;
    for (const name of DEVICES) computed[name] = await compute(engines[name], join(folder, name));
    return compared(computed);
  } finally {
    for (const name of DEVICES) await engines[name].close();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function compute(engine: Engine, folder: string): Promise<Computed> {
  const asked = requests(SMALL, 64, 8);
  const data = sequences(SMALL, 16, LENGTH);
  const sampler = await engine.refreshSampler();
  const drawn = (await sampler.sample(asked, { maxTokens: LENGTH, temperature: 1 })).flat();
  const scores = joined(await sampler.logprobs(data));
  const step = async (adam: AdamParams) => {
    await engine.forwardBackward(data, { kind: "importance-sampling" });
    await engine.optimStep(adam);
  };
  const weights = async (name: string) => {
    makeFolder(join(folder, name), "compare devices");
    await engine.exportWeights(join(folder, name));
    return readWeights(join(folder, name), SMALL);
  };
  const start = await weights("start");
  await step(PLAIN);
  const change = (await weights("changed")).map((weight, i) => weight - (start[i] as number));
  await step(ADAM);
  const after = joined(await (await engine.refreshSampler()).logprobs(data));
  return { scores, change, after, drawn: drawn.map((completion) => completion.tokens.join(" ")) };
}

const joined = (arrays: readonly Float32Array[]): Float32Array =>
  Float32Array.from(arrays.flatMap((array) => [...array]));

function compared({ cpu, gpu }: Record<DeviceName, Computed>): Comparison[] {
  const differing = cpu.drawn.filter((tokens, i) => tokens !== gpu.drawn[i]).length;
  const differences = {
    scores: largest(cpu.scores, gpu.scores),
    gradients: largest(cpu.change, gpu.change) / largest(cpu.change, new Float32Array(cpu.change.length)),
    "optimiser step": largest(cpu.after, gpu.after),
    draws: differing / cpu.drawn.length,
  };
  return (Object.keys(LIMITS) as (keyof typeof LIMITS)[]).map((what) => {
    const difference = differences[what];
    return { what, difference, limit: LIMITS[what], ok: difference <= LIMITS[what] };
  });
}

/** NaN where a number is none, which no limit allows. */
const largest = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, value, i) => {
    const difference = Math.abs(value - (b[i] as number));
    return difference <= most ? most : difference;
  }, 0);
