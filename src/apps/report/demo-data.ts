/** What the demo hands to its report and to the table in the terminal. */
import type { Interval } from "./format.js";
import type { SeriesPoint } from "./series.js";
import type { VoteSet } from "./vote-example.js";

/** The gain experiment's arms: the start, and the same loop with three sources of reward. */
export const DEMO_ARMS = ["base", "srt", "fixedTeacher", "groundTruth"] as const;
export type DemoArm = (typeof DEMO_ARMS)[number];

/** Held-out results of one arm, shares in [0, 1]; intervals are bootstrapped over prompts. */
export interface ArmResult {
  /** Accuracy of single samples: mean@k. */
  readonly mean: number;
  readonly meanCi: Interval;
  /** Accuracy of the majority of k samples: maj@k. */
  readonly maj: number;
  readonly majCi: Interval;
  readonly greedy: number;
  readonly greedyCi: Interval;
  /** Share of prompts with a right answer among k samples: pass@k. */
  readonly pass?: number;
  readonly passCi?: Interval;
}

/** What the rollouts of one step show of a model that knows two ways: it works an answer out, or states it at once. */
export interface Ways {
  /** Share of the rollouts that work their answer out; null where there are no rollouts. */
  readonly workedOutShare: number | null;
  /** Of two worked-out rollouts to the same prompt, the share that has the same answer; null where there are no two. */
  readonly workedOutAgree: number | null;
  /** The same of two that state their answer at once. */
  readonly guessesAgree: number | null;
}

/** What became of a base that knows two ways to answer. */
export interface TwoWaysResult {
  readonly base: ArmResult;
  readonly srt: ArmResult;
  /** Of the first step, whose rollouts are the base's, and of the last. */
  readonly ways: { readonly first: Ways; readonly last: Ways };
  /** Metric lines of the run. */
  readonly series: readonly SeriesPoint[];
}

/** The collapse experiment's arms: SRT as it is, and with one label-free mitigation. */
export const COLLAPSE_ARMS = ["srt", "mitigated"] as const;
export type CollapseArm = (typeof COLLAPSE_ARMS)[number];

/** What accuracy is measured on there: not on the prompts that are too hard, which the model never could do. */
export const PRIOR_SKILL = "accuracy on the four-term sums it could do before";

/** What became of one arm on prompts that are too hard. Starts that are not given are read off the series. */
export interface CollapseResult {
  readonly accuracyStart: number;
  readonly accuracyEnd: number;
  readonly agreementStart?: number;
  readonly agreementEnd: number;
  readonly topShareStart?: number;
  readonly topShareEnd: number;
  /** Metric lines of the run. */
  readonly series: readonly SeriesPoint[];
}

/** A stretch of the demo with the time it took. */
export interface PhaseTime {
  readonly name: string;
  readonly seconds: number;
}

/** A command that the reader may type next. */
export interface NextCommand {
  readonly command: string;
  readonly purpose: string;
}

export interface DemoMeta {
  /** The k of mean@k, maj@k and pass@k. */
  readonly samples: number;
  /** Number of held-out prompts. */
  readonly evaluationPrompts: number;
  readonly seed: number;
  /** Prompts of the gain experiment in a few words, for example `gcd of two-digit numbers`. */
  readonly gainPrompts: string;
  /** Prompts of the base that knows two ways, in a few words. */
  readonly twoWaysPrompts: string;
  /** Prompts of the collapse experiment in a few words. */
  readonly collapsePrompts: string;
  /** The mitigation in a few words, for example `labels voted once by the starting model`. */
  readonly mitigation: string;
  /** Settings by name, as text or numbers, in the order to be shown. */
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Versions and machine by name. */
  readonly versions: Readonly<Record<string, string | number>>;
  readonly phases: readonly PhaseTime[];
  /** Seconds of the whole demo. */
  readonly seconds: number;
  readonly nextCommands: readonly NextCommand[];
  /** Date of the run, ISO 8601; left out where the page must not depend on the clock. */
  readonly date?: string;
}

export interface DemoReportData {
  readonly arms: Readonly<Record<DemoArm, ArmResult>>;
  /** Metric lines of the trained arms. */
  readonly series: Readonly<Record<Exclude<DemoArm, "base">, readonly SeriesPoint[]>>;
  readonly twoWays: TwoWaysResult;
  readonly collapse: Readonly<Record<CollapseArm, CollapseResult>>;
  readonly votes: readonly VoteSet[];
  readonly meta: DemoMeta;
}
