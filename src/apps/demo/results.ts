/** What the demo found, read from its run directories. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Estimate } from "../../core/statistics/bootstrap-means.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { readMetrics } from "../../run/metrics-log.js";
import { readRollouts } from "../../run/rollouts.js";
import type { MetricRecord, RolloutRow } from "../../run/run-directory.js";
import { stepName } from "../../run/step-name.js";
import { evaluationOfRecord } from "../../training/evaluate/evaluate.js";
import type { ArmResult, CollapseResult, DemoReportData, TwoWaysResult } from "../report/demo-data.js";
import type { SeriesPoint } from "../report/series.js";
import { type VoteSet, voteExamples } from "../report/vote-example.js";
import type { DemoSettings } from "./settings.js";
import { waysOf } from "./ways.js";

const recordsOf = ({ output }: { output: string }): MetricRecord[] =>
  readMetrics(join(output, "metrics.jsonl"));

const evaluationsOf = (records: readonly MetricRecord[]) => records.filter((r) => r.kind === "eval");

function estimate(value: Estimate | null): Estimate {
  if (!value) throw new Error("the demo's prompts all have labels, and an evaluation found none");
  return value;
}

function armResult(record: MetricRecord): ArmResult {
  const { mean, maj, greedy, pass } = evaluationOfRecord(record);
  const [m, j, g, p] = [mean, maj, greedy, pass].map(estimate) as [Estimate, Estimate, Estimate, Estimate];
  return {
    mean: m.value,
    meanCi: [m.lo, m.hi],
    maj: j.value,
    majCi: [j.lo, j.hi],
    greedy: g.value,
    greedyCi: [g.lo, g.hi],
    pass: p.value,
    passCi: [p.lo, p.hi],
  };
}

function collapseResult(records: readonly MetricRecord[]): CollapseResult {
  const evaluations = evaluationsOf(records).map(evaluationOfRecord);
  const start = evaluations[0]!;
  const end = evaluations.at(-1)!;
  return {
    accuracyStart: estimate(start.mean).value,
    accuracyEnd: estimate(end.mean).value,
    agreementStart: start.agreement,
    agreementEnd: end.agreement,
    topShareStart: start.topShare,
    topShareEnd: end.topShare,
    series: records,
  };
}

async function twoWaysResult({ output, steps }: DemoSettings["twoWays"]): Promise<TwoWaysResult> {
  const series = recordsOf({ output });
  const evaluations = evaluationsOf(series);
  return {
    base: armResult(evaluations[0]!),
    srt: armResult(evaluations.at(-1)!),
    ways: {
      first: waysOf((await rolloutsOf(output, 1)) ?? []),
      last: waysOf((await rolloutsOf(output, steps)) ?? []),
    },
    series,
  };
}

/** The rollouts of a step; null where the run no longer keeps them. */
async function rolloutsOf(output: string, step: number): Promise<readonly RolloutRow[] | null> {
  const path = join(output, "rollouts", `${stepName(step)}.parquet`);
  return existsSync(path) ? await readRollouts(path) : null;
}

export type DemoResults = Pick<DemoReportData, "arms" | "series" | "twoWays" | "collapse" | "votes">;

export async function demoResults(settings: DemoSettings): Promise<DemoResults> {
  const srt = recordsOf(settings.srt);
  const fixedTeacher = recordsOf(settings.fixedTeacher);
  const groundTruth = recordsOf(settings.groundTruth);
  const last = (records: readonly SeriesPoint[]) =>
    armResult(evaluationsOf(records as MetricRecord[]).at(-1)!);
  return {
    arms: {
      base: armResult(evaluationsOf(srt)[0]!),
      srt: last(srt),
      fixedTeacher: last(fixedTeacher),
      groundTruth: last(groundTruth),
    },
    series: { srt, fixedTeacher, groundTruth },
    twoWays: await twoWaysResult(settings.twoWays),
    collapse: {
      srt: collapseResult(recordsOf(settings.collapse)),
      mitigated: collapseResult(recordsOf(settings.mitigated)),
    },
    votes: [
      ...(await votes(settings.srt, "Self-training")),
      ...(await votes(settings.twoWays, "Two ways")),
      ...(await votes(settings.collapse, "Prompts that are too hard")),
    ],
  };
}

/** Votes of a run's first and last step, some prompts each. */
async function votes(
  { output, prompts, steps, seed }: DemoSettings["srt"],
  title: string,
): Promise<VoteSet[]> {
  const { labels: truths } = await loadPromptPool(prompts, "train", prompts.size, seed);
  const sets: VoteSet[] = [];
  for (const step of [1, steps]) {
    const rows = await rolloutsOf(output, step);
    if (rows === null) continue;
    const examples = voteExamples(rows, { count: 4, truths });
    sets.push({ title: `${title}, step ${step}`, examples });
  }
  return sets;
}
