/** What a running trainer tells whoever watches: the command line's bars, a test, later a dashboard. */
import type { DownloadProgress } from "../io/hub/options.js";
import type { MetricRecord } from "./run-directory.js";

export type TrainerPhase =
  | "load"
  | "teacher"
  | "curriculum"
  | "evaluate"
  | "sample"
  | "update"
  | "checkpoint";

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
  | { readonly type: "notice"; readonly code: string; readonly message: string };

export type Observer = (event: TrainerEvent) => void;

/** How a run is driven from outside. */
export interface RunOptions {
  readonly observer?: Observer;
  /** Abort to stop with a checkpoint, after the current step or, where that waits for an endpoint, before it; the run can be resumed. */
  readonly signal?: AbortSignal;
  /** Continue the run in the run directory from its last checkpoint; where there is none yet, begin it. */
  readonly resume?: boolean;
}
