/** The end of a command that trains: what was reached, or how to go on after an interruption. */

import { duration } from "../apps/report/format.js";
import type { RunKind } from "../run/run-info.js";
import type { EvaluationResult } from "../training/evaluate/evaluate.js";
import type { EarlyStop } from "../training/loop/ending.js";
import type { TrainSummary } from "../training/loop/train.js";
import type { Context } from "./command.js";
import { evaluationTable } from "./evaluation-text.js";
import { notice, print } from "./output.js";
import type { Paint } from "./style.js";
import { shellWord, shownPath } from "./words.js";

function summaryText(summary: TrainSummary, next: readonly string[], paint: Paint): string {
  const { run, steps, seconds, start, end, earlyStop, signs } = summary;
  const rows: [string, EvaluationResult][] = [];
  if (start !== null) rows.push(["before", start]);
  if (end !== null) rows.push(["after", end]);
  return [
    ...(rows.length > 0 ? [evaluationTable(rows, paint)] : []),
    `${steps} ${steps === 1 ? "step" : "steps"} in ${duration(seconds)}, saved in ${shownPath(run)}`,
    ...(earlyStop ? [endText(earlyStop)] : []),
    // A run that destroys its model must not look like success; what to do stands in the notice.
    ...(signs ? [paint("yellow", signs.sentence)] : []),
    "next:",
    ...next.map((command) => `  ${command}`),
  ].join("\n");
}

function endText({ step, restored, stopped, reason }: EarlyStop): string {
  const end = restored === step ? "the policy stays as it is" : `the policy of step ${restored} was restored`;
  return `${stopped ? "stopped early" : "went back"}: ${reason}; ${end}`;
}

/** Commands to go on with; an audit reads rollouts, which only `train` keeps. */
export function nextOf(
  command: "train" | "finetune",
  { run, start }: Pick<TrainSummary, "run" | "start">,
): string[] {
  const path = shellWord(shownPath(run));
  return [
    `selftrain report ${path}`,
    ...(command === "train" ? [`selftrain audit ${path}`] : []),
    ...(start === null ? [] : [`selftrain eval ${path}`]),
  ];
}

/** Prints the summary and says the exit status: 130 where the run was stopped by a signal. */
export function finishRun<
  S extends { readonly run: string; readonly steps: number; readonly interrupted: boolean },
>(command: string, summary: S, text: (summary: S, paint: Paint) => string, context: Context): number {
  if (!summary.interrupted) {
    print(context, summary, text);
    return 0;
  }
  const resume = `selftrain ${command} --resume ${shellWord(shownPath(summary.run))}`;
  if (context.json) print(context, { ...summary, resume }, String);
  notice(context, `stopped after step ${summary.steps}; continue with\n  ${resume}`);
  return 130;
}

export function finishTraining(
  command: RunKind,
  summary: TrainSummary,
  next: readonly string[],
  context: Context,
): number {
  return finishRun(command, summary, (value, paint) => summaryText(value, next, paint), context);
}
