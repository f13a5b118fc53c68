/** What the runs of a sweep came to, read from their directories: final metrics, signs, means over seeds, the best. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TrainConfig } from "../../config/train-config.js";
import { METRICS, type Unit } from "../../core/monitor/catalogue/index.js";
import { type OverSeeds, overSeeds } from "../../core/statistics/over-seeds.js";
import { SelftrainError } from "../../errors.js";
import { readMetrics } from "../../run/metrics-log.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { signsOf } from "../../training/loop/signs.js";
import type { Job, JobResult } from "../jobs/job.js";
import { keyNames, runNames } from "./names.js";
import type { SweepPlan, SweepRun } from "./plan.js";

export interface RunResult {
  readonly name: string;
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly seed: number | null;
  readonly status: JobResult["status"];
  readonly error?: { readonly code: string; readonly message: string };
  /** Last values, by `eval.mean` and the like; null where the run has none. */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Signs that the model was destroyed or learned nothing; null without. */
  readonly signs: { readonly kind: string; readonly sentence: string } | null;
  /** Of its steps and evaluations. */
  readonly seconds: number;
}

export interface CombinationResult {
  /** The name of its runs, without the seed. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, OverSeeds | null>>;
  /** Finished runs, and those among them with signs. */
  readonly runs: number;
  readonly withSigns: number;
}

export interface MetricColumn {
  /** `eval.mean`. */
  readonly key: string;
  readonly title: string;
  readonly unit: Unit;
}

export interface SweepResults {
  readonly command: string;
  readonly search: string;
  /** Swept keys with the names that they have in those of runs. */
  readonly keys: readonly { readonly key: string; readonly name: string }[];
  readonly objective: { readonly metric: string; readonly goal: "max" | "min" } | null;
  readonly columns: readonly MetricColumn[];
  readonly runs: readonly RunResult[];
  /** Over seeds; null where the sweep names none, or one. */
  readonly combinations: readonly CombinationResult[] | null;
  /** Name of the best run, or values of the best combination where there are several seeds; null without an objective, or a value of it. */
  readonly best: { readonly name: string; readonly value: number; readonly half: number | null } | null;
  /** Base models, which are no runs of the sweep. */
  readonly bases: readonly Pick<RunResult, "name" | "status" | "error">[];
}

/** What is shown where it was measured; where there is no evaluation, of the last training step. */
const EVALUATED = ["eval.mean", "eval.maj", "eval.agreement", "eval.topShare"];
const TRAINED = ["step.accuracy", "step.agreement", "step.topShare"];
const OTHERS = ["eval.voteAccuracy", "step.loss"];

const TITLES: Readonly<Record<string, string>> = {
  mean: "mean",
  maj: "maj",
  agreement: "agreement",
  topShare: "top answer",
  accuracy: "accuracy",
};

function columnOf(key: string): MetricColumn {
  const name = key.slice(key.indexOf(".") + 1);
  const metric = METRICS[name];
  return { key, title: TITLES[name] ?? metric?.title ?? name, unit: metric?.unit ?? "number" };
}

/** The last value of a metric, by its kind and name. */
function lastOf(records: readonly MetricRecord[], key: string): number | null {
  const [kind, name = ""] = [key.slice(0, key.indexOf(".")), key.slice(key.indexOf(".") + 1)];
  const value = records.findLast(
    (record) => record.kind === kind && typeof record.metrics[name] === "number",
  );
  return (value?.metrics[name] as number | undefined) ?? null;
}

function recordsOf({ config }: Job): MetricRecord[] {
  const path = join(config.output, "metrics.jsonl");
  return existsSync(path) ? readMetrics(path) : [];
}

const errorOf = ({ error }: JobResult): Pick<RunResult, "error"> =>
  error === undefined ? {} : { error: { code: error.code, message: error.message } };

/** A run whose metrics cannot be read is one that failed, whatever its process said. */
function readable(run: SweepRun, result: JobResult): { records: readonly MetricRecord[]; result: JobResult } {
  try {
    return { records: recordsOf(run.job), result };
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    return { records: [], result: { ...result, status: "failed", error: error.toJSON() } };
  }
}

function runResult(run: SweepRun, ended: JobResult, keys: readonly string[]): RunResult {
  const { job, values, seed } = run;
  const { records, result } = readable(run, ended);
  const restored = records.findLast(({ metrics }) => typeof metrics.restoredStep === "number")?.metrics
    .restoredStep;
  const signs =
    job.command === "train"
      ? signsOf(job.config as unknown as TrainConfig, records, typeof restored === "number" ? restored : null)
      : null;
  return {
    name: job.name,
    path: job.config.output,
    values: Object.fromEntries(values),
    seed,
    status: result.status,
    ...errorOf(result),
    metrics: Object.fromEntries(keys.map((key) => [key, lastOf(records, key)])),
    signs: signs && { kind: signs.kind, sentence: signs.sentence },
    seconds: records.reduce((sum, { time }) => sum + (time.seconds ?? 0), 0),
  };
}

/** Metrics that at least one run has, and that of the objective. */
function columnsOf(plan: SweepPlan, all: readonly RunResult[]): MetricColumn[] {
  const has = (key: string): boolean => all.some(({ metrics }) => typeof metrics[key] === "number");
  const shown =
    [EVALUATED, TRAINED, OTHERS].map((keys) => keys.filter(has)).find((keys) => keys.length > 0) ?? [];
  const { objective } = plan.sweep;
  const extra = objective && !shown.includes(objective.metric) ? [objective.metric] : [];
  return [...shown, ...extra].map(columnOf);
}

export function sweepResults(plan: SweepPlan, results: readonly JobResult[]): SweepResults {
  const byName = new Map(results.map((result) => [result.job.name, result]));
  const { sweep, keys } = plan;
  const objective = sweep.objective ?? null;
  const every = [...new Set([...EVALUATED, ...TRAINED, ...OTHERS, ...(objective ? [objective.metric] : [])])];
  const measured = plan.runs.map((run) => runResult(run, byName.get(run.job.name)!, every));
  const columns = columnsOf(plan, measured);
  const only = (metrics: RunResult["metrics"]): RunResult["metrics"] =>
    Object.fromEntries(columns.map(({ key }) => [key, metrics[key] ?? null]));
  const runs = measured.map((run) => ({ ...run, metrics: only(run.metrics) }));
  const combinations = (sweep.seeds?.length ?? 0) > 1 ? overCombinations(plan, runs, columns) : null;
  const names = keyNames(keys);
  const own = new Set(plan.runs.map(({ job }) => job.name));
  return {
    command: sweep.command,
    search: sweep.search,
    keys: keys.map((key) => ({ key, name: names.get(key)! })),
    objective,
    columns,
    runs: objective ? sorted(runs, objective, ({ metrics }) => metrics[objective.metric]) : runs,
    combinations:
      combinations && objective
        ? sorted(combinations, objective, ({ metrics }) => metrics[objective.metric]?.mean)
        : combinations,
    best: objective && bestOf(plan, runs, combinations, objective),
    bases: results
      .filter(({ job }) => !own.has(job.name))
      .map((result) => ({ name: result.job.name, status: result.status, ...errorOf(result) })),
  };
}

function overCombinations(
  plan: SweepPlan,
  runs: readonly RunResult[],
  columns: readonly MetricColumn[],
): CombinationResult[] {
  const different = new Map(plan.runs.map(({ values }) => [JSON.stringify(values), values]));
  const names = runNames([...different.values()].map((values) => ({ values, seed: null })));
  return [...different].map(([text, combination], i) => {
    const own = runs.filter(
      ({ status, values }) => status === "finished" && JSON.stringify(Object.entries(values)) === text,
    );
    const values = (key: string) => own.flatMap(({ metrics }) => metrics[key] ?? []);
    return {
      name: names[i]!,
      values: Object.fromEntries(combination),
      metrics: Object.fromEntries(columns.map(({ key }) => [key, overSeeds(values(key))])),
      runs: own.length,
      withSigns: own.filter(({ signs }) => signs !== null).length,
    };
  });
}

type Objective = NonNullable<SweepResults["objective"]>;

/** Best first; what has no value stays in order at the end. */
function sorted<T>(
  items: readonly T[],
  { goal }: Objective,
  of: (item: T) => number | null | undefined,
): readonly T[] {
  const worst = goal === "max" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const sign = goal === "max" ? -1 : 1;
  return items.toSorted((a, b) => {
    const [x, y] = [of(a) ?? worst, of(b) ?? worst];
    return x === y ? 0 : sign * (x - y);
  });
}

function bestOf(
  plan: SweepPlan,
  runs: readonly RunResult[],
  combinations: readonly CombinationResult[] | null,
  objective: Objective,
): SweepResults["best"] {
  const { metric } = objective;
  if (combinations !== null && plan.keys.length > 0) {
    const [first] = sorted(
      // A mean over fewer seeds is no match for one over all of them.
      combinations.filter(({ metrics }) => metrics[metric]?.n === plan.sweep.seeds?.length),
      objective,
      ({ metrics }) => metrics[metric]?.mean,
    );
    const value = first?.metrics[metric];
    return first && value ? { name: first.name, value: value.mean, half: value.half } : null;
  }
  const finished = runs.filter(({ status, metrics }) => status === "finished" && metrics[metric] !== null);
  const [first] = sorted(finished, objective, ({ metrics }) => metrics[metric]);
  return first ? { name: first.name, value: first.metrics[metric]!, half: null } : null;
}
