/** What stands on the axis of steps: alarms, phases, checkpoints, controls, processes. */
import type { Control } from "./controls.js";
import type { Gap } from "./problem.js";

export interface Alarm {
  readonly step: number;
  readonly monitor: string;
  /** What it did: `log`, `stop`, `restore-best`, `lower-lr`, `filter` or `webhook`. */
  readonly action: string;
  readonly series: string;
  readonly value: number;
  readonly bound: number | null;
  readonly evidence: Readonly<Record<string, number>>;
  /** The verdict in a sentence. */
  readonly text: string;
}

export type PhaseName = "improving" | "saturated" | "hacking" | "collapsed" | "recovering" | "undecided";

export interface PhaseSpan {
  readonly phase: PhaseName;
  readonly from: number;
  readonly to: number;
  /** Whether it says that the run went wrong. */
  readonly wrong: boolean;
}

export interface Marks {
  readonly alarms: readonly Alarm[];
  /** Null where they cannot be told; a gap says why. */
  readonly phases: {
    /** Steps of the window of slopes and levels. */
    readonly window: number;
    /** Whether they rest on true answers. */
    readonly labelled: boolean;
    readonly spans: readonly PhaseSpan[];
  } | null;
  readonly checkpoints: readonly number[];
  readonly controls: readonly Control[];
  /** The processes that wrote the run: when each began (ISO 8601), with which version. */
  readonly processes: readonly { readonly started: string | null; readonly version: string | null }[];
  readonly gaps: readonly Gap[];
}
