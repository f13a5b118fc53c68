/** Recorded runs whose course is planted: what a detector must say of them is known. */
import { mkdirSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { type CorpusRun, packed, type Split } from "../../../src/apps/monitors/corpus-format.js";
import { corpusFile } from "../../../src/apps/monitors/read-corpus.js";
import { Random } from "../../../src/random.js";
import type { MetricRecord } from "../../../src/run/run-directory.js";

export const SAMPLES = 8;
const PROMPTS = 32;

export interface Course {
  readonly steps?: number;
  /** Metrics of the step line, the evaluation's and the probe's at a step. */
  readonly step?: (step: number) => MetricRecord["metrics"];
  readonly probe?: (step: number) => MetricRecord["metrics"];
  /** Chance that a sample is right, of a prompt of a level. */
  readonly accuracy?: (step: number, level: string) => number;
  readonly levels?: readonly string[];
  readonly config?: Partial<CorpusRun["config"]>;
  readonly name?: Partial<Pick<CorpusRun, "task" | "arm" | "base" | "seed" | "split">>;
}

const every = (count: number, steps: number) => {
  const at = Array.from({ length: Math.floor(steps / count) + 1 }, (_, i) => i * count);
  return at.at(-1) === steps ? at : [...at, steps];
};

/** Equal courses of one seed are equal runs. */
export function runOf({
  steps = 40,
  step = () => ({}),
  probe = () => ({}),
  accuracy = () => 0.6,
  levels = Array.from({ length: PROMPTS }, () => "4"),
  config = {},
  name = {},
}: Course): CorpusRun {
  const { split = "tuning", task = "sums", arm = "srt", base = 0, seed = 0 } = name;
  const random = new Random(17, seed);
  const draw = (p: number, count: number) =>
    Array.from({ length: count }, () => random.next()).filter((u) => u < p).length;
  const records: MetricRecord[] = [
    ...Array.from(
      { length: steps },
      (_, i) => ({ kind: "step", step: i + 1, metrics: step(i + 1), time: {} }) as const,
    ),
    ...every(4, steps).map((at) => {
      const right = draw(accuracy(at, "4"), 64 * SAMPLES) / (64 * SAMPLES);
      return {
        kind: "eval",
        step: at,
        metrics: { prompts: 64, samples: SAMPLES, mean: right },
        time: {},
      } as const;
    }),
    ...every(2, steps).map((at) => ({ kind: "probe", step: at, metrics: probe(at), time: {} }) as const),
  ];
  return {
    name: `${split},task=${task},arm=${arm},base=${base},seed=${seed}`,
    split,
    task,
    arm,
    base,
    seed,
    config: {
      reward: "majority",
      learningRate: 5e-5,
      steps,
      promptsPerStep: 16,
      samplesPerPrompt: 8,
      pool: 512,
      levels: { "4": 1 },
      skill: ["4"],
      evaluationEvery: 4,
      probeEvery: 2,
      version: "0.1.0",
      git: null,
      ...config,
    },
    accuracy: {
      samples: SAMPLES,
      levels: [...levels],
      steps: every(2, steps),
      right: every(2, steps).map((at) => levels.map((level) => draw(accuracy(at, level), SAMPLES))),
    },
    records: {
      step: packed(records, "step"),
      eval: packed(records, "eval"),
      probe: packed(records, "probe"),
    },
  };
}

export const linesOf = (runs: readonly CorpusRun[]): string =>
  runs.map((run) => `${JSON.stringify(run)}\n`).join("");

export function writeSplit(folder: string, split: Split, content: string | Buffer): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(corpusFile(folder, split), typeof content === "string" ? gzipSync(content) : content);
}

/** Agreement climbs in all runs alike; in one that collapses, prompt-free agreement rises at step 12 and accuracy is lost from step 20 on. */
export function plantedRuns(split: Split, tasks: readonly string[], seeds: number): CorpusRun[] {
  const agreement = (step: number) => 0.5 + 0.01 * step;
  return tasks.flatMap((task) =>
    Array.from({ length: seeds }, (_, seed) => {
      const noise = (step: number) => 0.01 * Math.sin(step * (seed + 1));
      const common = (step: number) => ({
        reward: agreement(step) + noise(step),
        agreement: agreement(step) + noise(step),
      });
      const name = { split, task, seed };
      const collapsed = runOf({
        name: { ...name, arm: "srt" },
        step: (step) => ({ ...common(step), promptFreeAgreement: step < 12 ? 0.05 : 0.4 }),
        accuracy: (step) => (step < 20 ? 0.6 : 0.1),
      });
      const healthy = runOf({
        name: { ...name, arm: "truth", seed: seed + 100 },
        step: (step) => ({ ...common(step), promptFreeAgreement: 0.05 }),
        accuracy: (step) => 0.6 + 0.004 * step,
      });
      return [collapsed, healthy];
    }).flat(),
  );
}
