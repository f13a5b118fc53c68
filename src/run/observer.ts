/** What a running trainer tells whoever watches: the command line's bars, a test, later a dashboard. */
import type { DownloadProgress } from "../io/hub/options.js";
import type { MetricRecord } from "./run-directory.js";

export type TrainerPhase =
  | "load"
  | "teacher"
  | "curriculum"
  | "evaluate"
  | "probe"
  | "sample"
  | "update"
  | "checkpoint";

/** What the user should know and what stops nothing: data, as errors are. Codes are stable. */
export interface Notice {
  /** Stable kebab-case identifier, for example `no-answers`. */
  readonly code: string;
  /** One sentence or two. */
  readonly message: string;
  /** What was met; text of a model or a file stands in it as data. */
  readonly found?: unknown;
  /** What would have raised no notice. */
  readonly expected?: string;
  /** What the user can do about it. */
  readonly remedy?: string;
}

export type TrainerEvent =
  /** Step `step` of `steps` begins, counted from 1; its record follows when it is done. */
  | { readonly type: "step"; readonly step: number; readonly steps: number }
  /** Progress inside a phase; `done` and `total` are in the phase's own unit (tokens, sequences). */
  | { readonly type: "phase"; readonly phase: TrainerPhase; readonly done: number; readonly total: number }
  /** A file of the hub is being downloaded. */
  | ({ readonly type: "download" } & DownloadProgress)
  /** A metric line was written. */
  | { readonly type: "record"; readonly record: MetricRecord }
  /** Something the user should know that stops nothing. */
  | ({ readonly type: "notice" } & Notice);

/** Is called in order, and not awaited. What it throws ends the run. */
export type Observer = (event: TrainerEvent) => void;

/** How a run is driven from outside. */
export interface RunOptions {
  /** Is told what happens; without one nothing is printed. `consoleObserver` prints what the command line prints. */
  readonly observer?: Observer;
  /** Abort to stop with a checkpoint, after the current step or, where that waits for an endpoint, before it; the run can be resumed. */
  readonly signal?: AbortSignal;
  /** Continue the run in the run directory from its last checkpoint; where there is none yet, begin it. */
  readonly resume?: boolean;
}
