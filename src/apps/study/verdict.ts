/** Whether a prediction came true, by the interval of its measures alone. */
import type { Prediction, Rule } from "../../config/study-measures.js";
import type { Measured } from "./figures/measure.js";

export type Verdict = "agrees" | "disagrees" | "undecided" | "incomplete";

export interface JudgedRule {
  readonly rule: Rule;
  readonly verdict: Verdict;
  /** Why it is undecided, or incomplete, where the interval does not say it. */
  readonly why: string | null;
}

export interface JudgedPrediction {
  readonly says: string;
  readonly verdict: Verdict;
  readonly rules: readonly JudgedRule[];
}

/** A measure with the runs that it still lacks. */
export interface Judged extends Measured {
  readonly missing: readonly string[];
}

/** A rule holds where the whole interval does, and fails where none of it does. */
export function judgedRule(rule: Rule, measure: Judged): JudgedRule {
  const { missing, bySeed, interval } = measure;
  if (missing.length > 0)
    return { rule, verdict: "incomplete", why: `${missing.length} of its runs are missing` };
  const without = bySeed.filter((value) => value === null).length;
  if (without > 0)
    return {
      rule,
      verdict: "undecided",
      why: `there is no such value in ${without} of ${bySeed.length} seeds`,
    };
  if (interval === null) return { rule, verdict: "undecided", why: "one seed has no interval" };
  return { rule, verdict: verdictOn(rule, interval), why: null };
}

function verdictOn({ above, below, within }: Rule, [low, high]: readonly [number, number]): Verdict {
  if (above !== undefined) return low > above ? "agrees" : high < above ? "disagrees" : "undecided";
  if (below !== undefined) return high < below ? "agrees" : low > below ? "disagrees" : "undecided";
  const [from, to] = within as [number, number];
  if (low > from && high < to) return "agrees";
  return low > to || high < from ? "disagrees" : "undecided";
}

export function judgedPrediction(
  { says, rules }: Prediction,
  measures: Readonly<Record<string, Judged>>,
): JudgedPrediction {
  const judged = rules.map((rule) => judgedRule(rule, measures[rule.measure]!));
  const has = (verdict: Verdict): boolean => judged.some((own) => own.verdict === verdict);
  const verdict = (["incomplete", "disagrees", "undecided"] as const).find(has) ?? "agrees";
  return { says, verdict, rules: judged };
}
