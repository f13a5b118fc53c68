/** Device against processor in time: the same work on both in alternation, so that what else the machine does falls on either. */
import { median } from "../../../core/detect/slope.js";
import type { Engine } from "../../../engine/engine.js";
import { SelftrainError } from "../../../errors.js";
import { TIMED, type Timed } from "./models.js";
import { DEVICES, type DeviceName, openBoth, WORK, type Work } from "./work.js";

export interface Times {
  readonly model: string;
  readonly work: keyof typeof WORK;
  /** Tokens a second, medians. */
  readonly cpu: number;
  readonly gpu: number;
  /** Of a repetition each: how many times as fast the device is. Median, least, most. */
  readonly ratio: readonly [median: number, least: number, most: number];
  readonly repetitions: number;
}

export interface TimesOf {
  readonly times: readonly Times[];
  /** What was not measured, and why. */
  readonly skipped: readonly { readonly model: string; readonly why: string }[];
}

/** Minutes that all may take; a repetition that has begun is ended. */
const MINUTES = 8;
const MOST_REPETITIONS = 7;

/** `models` share the time evenly, those that come later what is left. */
export async function timeDevices(
  models: readonly Timed[] = TIMED,
  seconds = 60 * MINUTES,
): Promise<TimesOf> {
  const end = performance.now() + 1000 * seconds;
  const times: Times[] = [];
  const skipped: { model: string; why: string }[] = [];
  for (const [i, model] of models.entries()) {
    const left = end - performance.now();
    if (i > 0 && left <= 0) {
      skipped.push({ model: model.name, why: "no time was left" });
      continue;
    }
    try {
      times.push(...(await timeModel(model, performance.now() + left / (models.length - i))));
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      skipped.push({ model: model.name, why: `${error.code}: ${error.message}` });
    }
  }
  return { times, skipped };
}

async function timeModel(model: Timed, end: number): Promise<Times[]> {
  const engines = await openBoth(model.config, model.memoryBudgetMiB);
  try {
    const halfway = performance.now() + (end - performance.now()) / 2;
    return [await timeWork(model, "train", engines, halfway), await timeWork(model, "sample", engines, end)];
  } finally {
    for (const name of DEVICES) await engines[name].close();
  }
}

async function timeWork(
  model: Timed,
  work: Times["work"],
  engines: Readonly<Record<DeviceName, Engine>>,
  end: number,
): Promise<Times> {
  const ready = {} as Record<DeviceName, Work>;
  for (const name of DEVICES) ready[name] = await WORK[work](engines[name], model);
  const rates: Record<DeviceName, number[]> = { cpu: [], gpu: [] };
  // The first of each compiles, and counts for nothing.
  for (let round = 0; round <= MOST_REPETITIONS && (round < 2 || performance.now() < end); round++)
    for (const name of DEVICES) {
      const { tokens, repeat } = ready[name];
      const started = performance.now();
      await repeat();
      if (round > 0) rates[name].push((1000 * tokens) / (performance.now() - started));
    }
  const ratios = rates.gpu.map((rate, i) => rate / (rates.cpu[i] as number));
  return {
    model: model.name,
    work,
    cpu: median(rates.cpu),
    gpu: median(rates.gpu),
    ratio: [median(ratios), Math.min(...ratios), Math.max(...ratios)],
    repetitions: ratios.length,
  };
}
