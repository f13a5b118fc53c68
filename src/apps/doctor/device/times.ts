/** Device against processor in time: the same work on both in alternation, so that what else the machine does falls on either. */
import { median } from "../../../core/detect/slope.js";
import type { Engine } from "../../../engine/engine.js";
import { SelftrainError } from "../../../errors.js";
import { parameterCount } from "../../../model/parameters.js";
import { TIMED, type Timed } from "./models.js";
import { DEVICES, type DeviceName, openBoth, tokensOf, WORK, type Work } from "./work.js";

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
  readonly skipped: readonly Skipped[];
}

interface Skipped {
  readonly model: string;
  /** null: all of the model's. */
  readonly work: Times["work"] | null;
  readonly why: string;
}

/** Minutes that all may take. */
const MINUTES = 8;
const MOST_REPETITIONS = 7;
/** The first compiles, and counts for nothing. */
const FEWEST_REPETITIONS = 2;

/** Of each device, tokens a second times parameters. */
type Speed = Readonly<Record<DeviceName, number>>;

/** What is to come is forecast by what was measured last of the same work, or of the other where there is none. */
type Speeds = Partial<Record<Times["work"], Speed>>;

export interface TimingOptions {
  readonly models?: readonly Timed[];
  readonly seconds?: number;
  /** Told what is measured next. */
  readonly say?: (doing: string) => void;
}

/** The models, the smallest first, share the time evenly, those that come later what is left. What would not end within it is left out. */
export async function timeDevices({
  models = TIMED,
  seconds = 60 * MINUTES,
  say = () => {},
}: TimingOptions = {}): Promise<TimesOf> {
  const end = performance.now() + 1000 * seconds;
  const times: Times[] = [];
  const skipped: Skipped[] = [];
  const speeds: Speeds = {};
  for (const [i, model] of models.entries()) {
    const begun = performance.now();
    const share = Math.max(0, end - begun) / (models.length - i);
    const stops = { train: begun + share / 2, sample: begun + share };
    try {
      await onBoth(model, async (engines) => {
        for (const work of ["train", "sample"] as const) {
          const why = tooLong(model, work, speeds, end);
          if (why) {
            skipped.push({ model: model.name, work, why });
            continue;
          }
          say(`measuring ${model.name}, ${work}`);
          const timed = await timeWork(model, work, engines, stops[work]);
          times.push(timed);
          speeds[work] = speedOf(model, timed);
        }
      });
    } catch (error) {
      if (!(error instanceof SelftrainError)) throw error;
      skipped.push({ model: model.name, work: null, why: `${error.code}: ${error.message}` });
    }
  }
  return { times, skipped };
}

async function onBoth(
  { config, memoryBudgetMiB }: Timed,
  act: (engines: Readonly<Record<DeviceName, Engine>>) => Promise<void>,
): Promise<void> {
  const engines = await openBoth(config, memoryBudgetMiB);
  try {
    await act(engines);
  } finally {
    for (const name of DEVICES) await engines[name].close();
  }
}

/** Why a work is left out: the least that there is of it would end too late. Nothing is known before the first. */
function tooLong(model: Timed, work: Times["work"], speeds: Speeds, end: number): string | null {
  const speed = speeds[work] ?? speeds.train ?? speeds.sample;
  if (!speed) return null;
  // Getting ready takes as much as a repetition.
  const amount = (1 + FEWEST_REPETITIONS) * tokensOf[work](model) * parameterCount(model.config);
  const seconds = DEVICES.reduce((sum, name) => sum + amount / speed[name], 0);
  const left = (end - performance.now()) / 1000;
  if (seconds <= left) return null;
  return `it would take about ${minutes(seconds)} here, and ${minutes(Math.max(0, left))} are left`;
}

const minutes = (seconds: number): string => `${(seconds / 60).toPrecision(2)} min`;

function speedOf({ config }: Timed, { cpu, gpu }: Times): Speed {
  const parameters = parameterCount(config);
  return { cpu: cpu * parameters, gpu: gpu * parameters };
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
  const goesOn = (round: number) => round < FEWEST_REPETITIONS || performance.now() < end;
  for (let round = 0; round <= MOST_REPETITIONS && goesOn(round); round++)
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
