/** Time left, from the durations of the steps so far. */

/** Durations kept: enough to be steady, few enough to follow a model whose completions grow or shrink. */
const window = 30;

/** A duration counts at most this many medians, so that one long pause (a laptop asleep) does not mislead. */
const cap = 3;

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * Mean of the latest durations, each clipped at three medians. Unlike the median it feels the evaluation or
 * checkpoint that comes every few steps; unlike the mean it forgets a freak.
 */
export function typicalDuration(durations: readonly number[]): number | null {
  const latest = durations.slice(-window);
  if (latest.length === 0) return null;
  const most = cap * median([...latest].sort((a, b) => a - b));
  return latest.reduce((sum, d) => sum + Math.min(d, most), 0) / latest.length;
}

/** Seconds left for `steps` more steps of which the current one began `elapsed` seconds ago; null while unknown. */
export function secondsLeft(durations: readonly number[], steps: number, elapsed: number): number | null {
  const each = typicalDuration(durations);
  if (each === null) return null;
  return Math.max(0, steps * each - Math.min(elapsed, each));
}
