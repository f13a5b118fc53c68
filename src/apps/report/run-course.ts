/** What is known of a run beside its metrics: its votes over the steps, phases, alarms, true answers. */
import type { MatrixRow } from "./view/matrix.js";
import type { PhaseStretch } from "./view/phase-cells.js";
import type { PlotMark } from "./view/plot-data.js";
import type { RiverData } from "./view/river.js";

export interface RunCourse {
  readonly alarms: readonly PlotMark[];
  readonly phases: {
    readonly spans: readonly PhaseStretch[];
    readonly labelled: boolean;
    readonly window: number;
  } | null;
  /** Of the probe; null where there is none. */
  readonly matrix: {
    readonly columns: readonly number[];
    readonly rows: readonly MatrixRow[];
    readonly stepsKept: number;
  } | null;
  /** Shares of answers over all prompts of a step; null where no rollouts were kept. */
  readonly collapse: (RiverData & RisenAnswer) | null;
  /** By id of the prompt; as they are on this machine. */
  readonly truths: ReadonlyMap<string, string>;
}

interface RisenAnswer {
  /** The answer whose share rose most; null where none rose. */
  readonly attractor: string | null;
  readonly firstMovers: readonly {
    readonly step: number;
    readonly prompt: string;
    readonly truth: string | null;
    readonly share: number;
  }[];
}
