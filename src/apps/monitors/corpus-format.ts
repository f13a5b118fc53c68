/** A line of the corpus: one recorded run without its rollouts, the outcome and every alarm of which can be found again from it. */
import { z } from "zod";
import { SPLITS, type Split } from "../../config/monitors-score-config.js";
import type { MetricRecord } from "../../run/run-directory.js";

export { SPLITS, type Split };

const step = z.int().min(0);

/** The lines of one kind, by columns: `metrics` has a value a step, null where the line has none. */
const linesSchema = z
  .strictObject({
    steps: z.array(step),
    metrics: z.record(z.string(), z.array(z.number().nullable())),
  })
  .refine(({ steps }) => ascending(steps), "steps do not ascend")
  .refine(
    ({ steps, metrics }) => Object.values(metrics).every((values) => values.length === steps.length),
    "a metric has not a value a step",
  );

export const KINDS = ["step", "eval", "probe"] as const;

/** What the samples of the probe were worth. */
const accuracySchema = z
  .strictObject({
    /** Samples a prompt. */
    samples: z.int().positive(),
    /** By prompt, the level of the task that it is of. */
    levels: z.array(z.string()),
    steps: z.array(step),
    /** By step and prompt, how many samples gave the true answer. */
    right: z.array(z.array(z.int().min(0))),
  })
  .refine(({ steps }) => ascending(steps), "steps do not ascend")
  .refine(
    ({ levels, samples, steps, right }) =>
      right.length === steps.length &&
      right.every((counts) => counts.length === levels.length && counts.every((count) => count <= samples)),
    "not a count for every prompt of every step",
  );

export const corpusRunSchema = z.strictObject({
  name: z.string().min(1),
  split: z.enum(SPLITS),
  task: z.string().min(1),
  /** The setting that the run is one of. */
  arm: z.string().min(1),
  /** Seed of the base model, and of the run. */
  base: z.int(),
  seed: z.int(),
  config: z.strictObject({
    reward: z.string(),
    learningRate: z.number(),
    steps: z.int().positive(),
    promptsPerStep: z.int().positive(),
    samplesPerPrompt: z.int().positive(),
    /** Prompts that it trains on; null where the task's default. */
    pool: z.int().positive().nullable(),
    /** Levels that it trains on, by weight; null where a curriculum has them. */
    levels: z.record(z.string(), z.number()).nullable(),
    /** Levels that the base model was taught: the skill whose loss is a collapse. */
    skill: z.array(z.string()).min(1),
    /** Steps between two; 0 where there is one at the start and one at the end alone. */
    evaluationEvery: z.int().min(0),
    probeEvery: z.int().positive(),
    /** Of selftrain, and of the commit that made the run; null where it was not in a clone. */
    version: z.string(),
    git: z.string().nullable(),
  }),
  accuracy: accuracySchema,
  records: z.strictObject({ step: linesSchema, eval: linesSchema, probe: linesSchema }),
});

export type CorpusRun = z.output<typeof corpusRunSchema>;
type Lines = CorpusRun["records"]["step"];

const ascending = (steps: readonly number[]): boolean =>
  steps.every((step, i) => i === 0 || step > steps[i - 1]!);

/** Significant digits that metrics are kept to. */
const DIGITS = 5;

/** Lines of metrics as they are kept: numbers alone. Ends of intervals, which no detector needs, and texts are left out. */
export function packed(records: readonly MetricRecord[], kind: (typeof KINDS)[number]): Lines {
  const own = records.filter((record) => record.kind === kind);
  const names = new Set(
    own.flatMap(({ metrics }) =>
      Object.keys(metrics).filter((name) => typeof metrics[name] === "number" && !/(Low|High)$/.test(name)),
    ),
  );
  const rounded = (value: unknown) => (typeof value === "number" ? Number(value.toPrecision(DIGITS)) : null);
  return {
    steps: own.map((record) => record.step),
    metrics: Object.fromEntries(
      [...names].sort().map((name) => [name, own.map(({ metrics }) => rounded(metrics[name]))]),
    ),
  };
}

/** The lines of metrics that a run had, as far as they were kept, in the order in which they were written. */
export function recordsOf({ records }: Pick<CorpusRun, "records">): MetricRecord[] {
  const all = KINDS.flatMap((kind) => {
    const { steps, metrics } = records[kind];
    return steps.map(
      (at, i): MetricRecord => ({
        kind,
        step: at,
        metrics: Object.fromEntries(Object.entries(metrics).map(([name, values]) => [name, values[i]!])),
        time: {},
      }),
    );
  });
  return all.sort((a, b) => a.step - b.step);
}
