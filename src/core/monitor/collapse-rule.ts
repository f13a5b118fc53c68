/**
 * Signs that a policy begins to say the same to every prompt, found without labels: each is a signal that left what it was at the first
 * step. Thresholds were chosen on collapses of small models; they warned one to five steps before accuracy was lost, and also fired on
 * a run that did not collapse (docs/experiments.md).
 */
import type { StepSignals } from "./signals.js";

export const collapseSignals = ["topShare", "marginalAnswerEntropy", "distinctMajorityShare"] as const;
export type CollapseSignal = (typeof collapseSignals)[number];
export type Signals = Pick<StepSignals, CollapseSignal>;

export interface CollapseRule {
  /** Signals that are watched. */
  readonly watch: readonly CollapseSignal[];
  /** Rise of the commonest answer's share that is a sign. */
  readonly topShareRise: number;
  /** Share of the first answer entropy below which it is one. */
  readonly entropyFall: number;
  /** The same of the share of distinct majority answers. */
  readonly distinctFall: number;
  /** Steps in a row with a sign that make a verdict. */
  readonly patience: number;
}

export interface Sign {
  readonly signal: CollapseSignal;
  readonly value: number;
  /** The bound that it passed. */
  readonly bound: number;
}

/** The signs of a step, beside the first. */
export function collapseSigns(first: Signals, now: Signals, rule: CollapseRule): Sign[] {
  const bounds = {
    topShare: first.topShare + rule.topShareRise,
    marginalAnswerEntropy: first.marginalAnswerEntropy * rule.entropyFall,
    distinctMajorityShare: (first.distinctMajorityShare ?? 0) * rule.distinctFall,
  };
  return rule.watch.flatMap((signal) => {
    const [value, bound] = [now[signal], bounds[signal]];
    if (value === null) return [];
    return (signal === "topShare" ? value > bound : value < bound) ? [{ signal, value, bound }] : [];
  });
}

export interface CollapseVerdict {
  readonly stop: boolean;
  /** Index of the latest step that nothing was seen at before the signs that last until now; the last one where there are none. */
  readonly healthy: number;
  /** Signs of the last step. */
  readonly signs: readonly Sign[];
}

/** The verdict on the signals of consecutive steps, one at least; the first are what the others are held against. */
export function collapseVerdict(steps: readonly Signals[], rule: CollapseRule): CollapseVerdict {
  let healthy = steps.length - 1;
  while (healthy > 0 && collapseSigns(steps[0]!, steps[healthy]!, rule).length > 0) healthy--;
  return {
    stop: steps.length - 1 - healthy >= rule.patience,
    healthy,
    signs: steps.length === 0 ? [] : collapseSigns(steps[0]!, steps.at(-1)!, rule),
  };
}
