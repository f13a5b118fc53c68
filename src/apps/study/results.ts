/** What a study came to, read from its runs: figures over seeds, verdicts, curves. The same runs give the same, to the byte. */
import { armNames } from "../../config/study-config.js";
import { allFigures } from "../../config/study-measures.js";
import type { Unit } from "../../core/monitor/catalogue/index.js";
import { SelftrainError } from "../../errors.js";
import { sum } from "../../numbers.js";
import type { JobResult } from "../jobs/job.js";
import { type BandedCurve, curvesOf } from "./figures/curves.js";
import { type Measured, measured } from "./figures/measure.js";
import { RunSource } from "./figures/run-source.js";
import { unitOf } from "./figures/unit.js";
import type { Fixing } from "./fixed.js";
import type { StudyPlan, StudyRun } from "./plan.js";
import { type Judged, type JudgedPrediction, judgedPrediction } from "./verdict.js";

export interface StudyRunResult {
  readonly name: string;
  readonly arm: string;
  readonly seed: number;
  readonly status: JobResult["status"];
  readonly error?: { readonly code: string; readonly message: string };
  /** Of its steps and evaluations; null where it is not finished. */
  readonly seconds: number | null;
  /** What its audit says, where the study asks for a figure of it. */
  readonly audit: string | null;
}

export interface StudyMeasure extends Measured {
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** Whether it is a difference: then shares are points. */
  readonly difference: boolean;
  /** Runs that it lacks. */
  readonly missing: readonly string[];
}

export interface StudyPlot {
  readonly metric: string;
  readonly title: string | null;
  readonly curves: readonly (BandedCurve & { readonly arm: string })[];
}

export interface StudyResults {
  readonly name: string;
  /** How the command names it: by its name, or by the path of its file. */
  readonly called: string;
  readonly id: string;
  readonly title: string;
  readonly claim: StudyPlan["study"]["claim"];
  readonly note: string | null;
  readonly minutes: number;
  readonly smoke: boolean;
  readonly seeds: readonly number[];
  readonly arms: readonly {
    readonly name: string;
    readonly title: string;
    readonly command: string;
    readonly base: boolean;
  }[];
  /** Whether every run is finished. */
  readonly complete: boolean;
  readonly fixed: Fixing;
  readonly predictions: readonly JudgedPrediction[];
  readonly measures: readonly StudyMeasure[];
  readonly plots: readonly StudyPlot[];
  readonly runs: readonly StudyRunResult[];
  /** Of all finished runs, one after another. */
  readonly seconds: number;
}

interface Read {
  readonly run: StudyRun;
  /** Null where the run is not finished, or cannot be read. */
  readonly source: RunSource | null;
  readonly result: StudyRunResult;
}

export async function studyResults(
  plan: StudyPlan,
  ended: readonly JobResult[],
  fixed: Fixing,
): Promise<StudyResults> {
  const { study, seeds, smoke, name } = plan;
  const audited = new Set(
    Object.values(study.measures)
      .flatMap(allFigures)
      .flatMap(({ metric, arm }) => (metric.startsWith("audit.") ? [arm] : [])),
  );
  const byName = new Map(ended.map((result) => [result.job.name, result]));
  const reads: Read[] = [];
  for (const run of plan.runs)
    reads.push(await readRun(run, byName.get(run.job.name)!, audited.has(run.arm)));
  const sourceOf = (arm: string, seed: number): RunSource | undefined =>
    reads.find(({ run }) => run.arm === arm && run.seed === seed)?.source ?? undefined;
  const measures: StudyMeasure[] = [];
  for (const [key, measure] of Object.entries(study.measures)) {
    const needed = new Set(allFigures(measure).map(({ arm }) => arm));
    measures.push({
      name: key,
      title: measure.title,
      ...unitOf(measure),
      ...(await measured(
        measure,
        seeds.map((seed) => (arm: string) => sourceOf(arm, seed)),
      )),
      missing: reads
        .filter(({ run, source }) => needed.has(run.arm) && source === null)
        .map(({ run }) => run.job.name),
    });
  }
  const judged: Readonly<Record<string, Judged>> = Object.fromEntries(measures.map((own) => [own.name, own]));
  const runs = reads.map(({ result }) => result);
  return {
    name,
    called: plan.called,
    id: study.id,
    title: study.title,
    claim: study.claim,
    note: study.note ?? null,
    minutes: study.minutes,
    smoke,
    seeds,
    arms: armNames(study).map((arm) => ({
      name: arm,
      title: (study.arms[arm] ?? study.bases[arm]!).title ?? arm,
      command: study.arms[arm]?.command ?? "pretrain",
      base: arm in study.bases,
    })),
    complete: runs.every(({ status }) => status === "finished"),
    fixed,
    predictions: study.predictions.map((prediction) => judgedPrediction(prediction, judged)),
    measures,
    plots: study.plots.map(({ metric, title = null, arms = Object.keys(study.arms) }) => ({
      metric,
      title,
      curves: arms.flatMap((arm) => {
        const curve = curvesOf(
          seeds.flatMap((seed) => sourceOf(arm, seed) ?? []),
          metric,
        );
        return curve === null ? [] : [{ arm, ...curve }];
      }),
    })),
    runs,
    seconds: sum(runs.flatMap(({ seconds }) => seconds ?? [])),
  };
}

/** A run that cannot be read is one that failed, whatever its process said. */
async function readRun(run: StudyRun, ended: JobResult, audited: boolean): Promise<Read> {
  const { job, arm, seed } = run;
  const own = { name: job.name, arm, seed };
  const without = ({ status, error }: Pick<JobResult, "status" | "error">): Read => ({
    run,
    source: null,
    result: {
      ...own,
      status,
      ...(error && { error: { code: error.code, message: error.message } }),
      seconds: null,
      audit: null,
    },
  });
  if (ended.status !== "finished") return without(ended);
  try {
    const source = new RunSource(job);
    const seconds = source.seconds();
    const audit = audited ? (await source.audit()).verdict.sentence : null;
    return { run, source, result: { ...own, status: "finished", seconds, audit } };
  } catch (error) {
    if (!(error instanceof SelftrainError)) throw error;
    return without({ status: "failed", error: error.toJSON() });
  }
}
