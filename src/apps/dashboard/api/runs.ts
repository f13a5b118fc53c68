/** The list of runs, and one of them at a glance. */
import type { Gap } from "./problem.js";
import type { RunId } from "./routes.js";

export type RunKindName = "train" | "pretrain" | "finetune" | "reward-model";

/** `interrupted` is also a run whose process was killed; `damaged` one that cannot be read: `problem` says why. */
export type RunStatus = "running" | "paused" | "finished" | "interrupted" | "failed" | "damaged";

/** One run in the list. */
export interface RunCard {
  readonly id: RunId;
  readonly kind: RunKindName | null;
  readonly status: RunStatus;
  /** ISO 8601. */
  readonly created: string | null;
  /** Task, file of prompts, or where votes come from. */
  readonly prompts: string | null;
  /** Name or folder of the model it started from; null where it made a new one. */
  readonly model: string | null;
  readonly reward: string | null;
  readonly seed: number | null;
  readonly stepsDone: number;
  readonly stepsPlanned: number | null;
  /** Mean accuracy of evaluations, in [0, 1]. */
  readonly accuracy: {
    readonly last: number;
    readonly lastStep: number;
    readonly best: number;
    readonly bestStep: number;
  } | null;
  /** Agreement of the last step, in [0, 1]. */
  readonly agreement: number | null;
  /** What is drawn small: agreement by step where the run votes, else its loss; at most 60 points, thinned to the smallest and largest of each stretch. */
  readonly sparkline: {
    readonly series: string;
    readonly steps: readonly number[];
    readonly values: readonly number[];
    /** Whether points were left out. */
    readonly thinned: boolean;
  } | null;
  readonly monitors: MonitorsVerdict;
  /** Runs that differ in nothing but seed and output have the same: bands are drawn over them. */
  readonly family: string | null;
  /** Why it failed, or what is damaged or missing. */
  readonly problem: string | null;
}

export interface MonitorsVerdict {
  /** `none`: no monitor watches; `quiet`: none raised an alarm. */
  readonly verdict: "none" | "quiet" | "alarm";
  readonly alarms: number;
  readonly firstAlarm: { readonly step: number; readonly monitor: string } | null;
}

export interface RunList {
  /** Newest first. */
  readonly runs: readonly RunCard[];
  /** Folders that were not looked into, and why: links that lead outside, what may not be read. */
  readonly gaps: readonly Gap[];
}

/** Steps that something was kept of, in order. */
export interface StepsKept {
  /** Runs of consecutive steps `[first, last, every]`: 1, 2, 3, 10, 20, 30 are `[1, 3, 1], [10, 30, 10]`. */
  readonly ranges: readonly (readonly [first: number, last: number, every: number])[];
  readonly count: number;
}

/** One run at a glance; the rest is fetched when it is shown. */
export interface RunOverview extends RunCard {
  readonly kept: { readonly rollouts: StepsKept; readonly probe: StepsKept; readonly checkpoints: StepsKept };
  /** Names of series that the run has, as `MetricsQuery` takes them, by the kind of line. */
  readonly series: readonly string[];
  readonly pace: Pace | null;
  /** The process that writes the run; null where none does. */
  readonly process: { readonly pid: number; readonly host: string; readonly since: string } | null;
  readonly earlyStop: {
    readonly step: number;
    readonly restored: number;
    readonly stopped: boolean;
    readonly reason: string;
  } | null;
  /** Whether true answers are known on this machine, of training prompts and of the probe's; else why not. */
  readonly truth: { readonly rollouts: string | null; readonly probe: string | null };
  /** Logprobs of tokens are there for these steps of the rollouts. The probe always has them. */
  readonly tokens: StepsKept;
  /** The steps with rollouts, a reader's places: first alarm, best evaluation. Null where there is none. */
  readonly places: { readonly firstAlarm: number | null; readonly best: number | null };
  readonly gaps: readonly Gap[];
}

/** How fast it goes: medians of the last 20 steps. */
export interface Pace {
  readonly secondsPerStep: number;
  readonly sampleSecondsPerStep: number | null;
  readonly tokensPerSecond: number | null;
  /** Seconds left to the planned end at this pace; null where the run does not run. */
  readonly secondsLeft: number | null;
}

/** Events of `routes.runsStream()`. */
export interface RunsEvents {
  /** Cards that are new or changed, and ids of runs that are gone. All of them at first. */
  readonly runs: { readonly changed: readonly RunCard[]; readonly gone: readonly RunId[] };
}
