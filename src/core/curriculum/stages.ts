/** Stages of rising difficulty: which one a step belongs to, as a function of the metrics of the steps before it. */

export interface StageRule {
  readonly stages: number;
  /** The next stage begins when the mean over `window` steps of the stage reaches this. */
  readonly threshold: number;
  readonly window: number;
  /** Steps after which the next stage begins in any case. */
  readonly maxSteps?: number | undefined;
}

/**
 * Steps that were done when each stage began that has begun, the first at 0, after steps with these `values`, in order (null where a metric
 * had none, which counts as not reached). Each stage goes on from the policy that the one before it ended with (arXiv
 * 2505.21444, section 4).
 */
export function stageStarts(values: readonly (number | null)[], rule: StageRule): number[] {
  const starts = [0];
  for (let done = 1; done <= values.length && starts.length < rule.stages; done++) {
    const since = starts.at(-1)!;
    const own = values.slice(Math.max(since, done - rule.window), done);
    const mastered =
      own.length === rule.window &&
      own.every((value) => value !== null) &&
      own.reduce<number>((sum, value) => sum + (value ?? 0), 0) / rule.window >= rule.threshold;
    if (mastered || done - since === rule.maxSteps) starts.push(done);
  }
  return starts;
}
