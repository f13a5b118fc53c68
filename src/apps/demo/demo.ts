/**
 * The main job end to end, in minutes: pretrain a base model and self-train it without labels beside its controls; self-train
 * a base that knows two ways to answer, so that its majority rises; then show how self-training hacks its own reward on prompts that are
 * too hard, with and without a mitigation.
 */
import { join, resolve } from "node:path";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { describeEnvironment } from "../../run/environment.js";
import type { RunOptions } from "../../run/observer.js";
import { isRun, readRunInfo } from "../../run/run-info.js";
import type {
  ArmResult,
  CollapseArm,
  CollapseResult,
  DemoArm,
  DemoReportData,
  PhaseTime,
  TwoWaysResult,
} from "../report/demo-data.js";
import { renderDemoReport } from "../report/demo-report.js";
import { demoMeta } from "./meta.js";
import { demoResults } from "./results.js";
import { type DemoSettings, demoSettings } from "./settings.js";
import { addStageTime, stageTimes } from "./stage-times.js";
import { isDone, runStage, STAGES, type Stage } from "./stages.js";

export interface DemoOptions extends RunOptions {
  /** Folder of the demo's runs and report. */
  readonly output: string;
  readonly seed: number;
  /** A stage begins; `index` counts from 0. */
  readonly onStage?: (stage: Stage, index: number, count: number) => void;
}

type ArmSummary = Pick<ArmResult, "mean" | "meanCi" | "maj" | "majCi" | "greedy" | "greedyCi">;
type CollapseSummary = Pick<CollapseResult, "accuracyStart" | "accuracyEnd" | "agreementEnd" | "topShareEnd">;

export interface DemoResult {
  /** Of all stages together, over all sittings. */
  readonly seconds: number;
  readonly arms: Readonly<Record<DemoArm, ArmSummary>>;
  /** Of the base that knows two ways to answer, before and after. */
  readonly twoWays: Readonly<Record<"base" | "srt", ArmSummary>> & Pick<TwoWaysResult, "ways">;
  readonly collapse: Readonly<Record<CollapseArm, CollapseSummary>>;
  /** Path of the HTML report. */
  readonly report: string;
  /** What the report was made of. */
  readonly data: DemoReportData;
}

/** Returns null where it was stopped; the same call again goes on from there. */
export async function demo({ output, seed, onStage, ...options }: DemoOptions): Promise<DemoResult | null> {
  const folder = resolve(output);
  const settings = demoSettings(folder, seed);
  for (const [index, stage] of STAGES.entries()) {
    onStage?.(stage, index, STAGES.length);
    if (isDone(stage.name, settings)) continue;
    const started = performance.now();
    const finished = await runStage(stage.name, settings, options);
    addStageTime(folder, stage.name, (performance.now() - started) / 1000);
    if (!finished) return null;
  }
  const times = stageTimes(folder);
  const phases = STAGES.map(({ name, title }): PhaseTime => ({ name: title, seconds: times[name] ?? 0 }));
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  const results = await demoResults(settings);
  const data: DemoReportData = {
    ...results,
    meta: demoMeta(settings, output, phases, seconds, describeEnvironment()),
  };
  const report = join(folder, "report.html");
  writeFileAtomic(report, renderDemoReport(data));
  return {
    seconds,
    arms: summariesOf(data.arms),
    twoWays: twoWaysOf(data.twoWays),
    collapse: collapseOf(data.collapse),
    report,
    data,
  };
}

const summary = ({ mean, meanCi, maj, majCi, greedy, greedyCi }: ArmResult): ArmSummary => ({
  mean,
  meanCi,
  maj,
  majCi,
  greedy,
  greedyCi,
});

function summariesOf(arms: DemoReportData["arms"]): DemoResult["arms"] {
  const { base, srt, fixedTeacher, groundTruth } = arms;
  return {
    base: summary(base),
    srt: summary(srt),
    fixedTeacher: summary(fixedTeacher),
    groundTruth: summary(groundTruth),
  };
}

const twoWaysOf = ({ base, srt, ways }: TwoWaysResult): DemoResult["twoWays"] => ({
  base: summary(base),
  srt: summary(srt),
  ways,
});

function collapseOf({ srt, mitigated }: DemoReportData["collapse"]): DemoResult["collapse"] {
  const summary = ({
    accuracyStart,
    accuracyEnd,
    agreementEnd,
    topShareEnd,
  }: CollapseResult): CollapseSummary => ({
    accuracyStart,
    accuracyEnd,
    agreementEnd,
    topShareEnd,
  });
  return { srt: summary(srt), mitigated: summary(mitigated) };
}

/** Whether every stage of a demo in this folder is finished. */
export function isFinished(output: string, seed: number): boolean {
  const settings: DemoSettings = demoSettings(resolve(output), seed);
  return Object.values(settings).every(
    (config: { output: string }) => isRun(config.output) && readRunInfo(config.output).status === "finished",
  );
}
