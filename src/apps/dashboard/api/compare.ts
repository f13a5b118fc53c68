/** Several runs: what their configurations differ in, and their curves with bands over seeds. */
import type { SeriesName } from "./metrics.js";
import type { Gap } from "./problem.js";
import type { RunId } from "./routes.js";

export interface RunConfigReply {
  /** The configuration as resolved, in the keys of today; null where it cannot be read. */
  readonly config: unknown;
  /** The file as it stands. */
  readonly yaml: string | null;
  /** What `environment.json` has: versions, machine, git revision, for each process. */
  readonly environment: readonly unknown[];
  readonly gaps: readonly Gap[];
}

export interface ConfigDifference {
  readonly runs: readonly RunId[];
  /** Keys that differ, dotted, in the order of the configuration; a value is null where the run does not have the key. `output` is left out. */
  readonly keys: readonly { readonly key: string; readonly values: readonly unknown[] }[];
  readonly gaps: readonly Gap[];
}

export interface BandsQuery {
  /** Repeatable. */
  readonly run: readonly RunId[];
  /** Repeatable, at most 8. */
  readonly series: readonly SeriesName[];
  /** `step`, or `sqrt-kl`: √ of the KL to the reference of the same line. Default `step`. */
  readonly by?: "step" | "sqrt-kl";
  /** Most points a curve; default 500. More are pooled into as many equal stretches: a point is the mean of its stretch. */
  readonly points?: number;
}

/** A curve: `x` ascending. */
export interface Curve {
  readonly run: RunId;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Values that a point is the mean of, at most. */
  readonly pooled: number;
}

/** Over the runs of a family, at each `x` that all of them reach. */
export interface Band {
  readonly family: string;
  readonly runs: readonly RunId[];
  readonly x: readonly number[];
  readonly mean: readonly (number | null)[];
  /** Smallest and largest of the runs. */
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface Bands {
  readonly by: "step" | "sqrt-kl";
  readonly series: readonly {
    readonly name: SeriesName;
    readonly curves: readonly Curve[];
    /** Of families with two runs or more. */
    readonly bands: readonly Band[];
  }[];
  readonly gaps: readonly Gap[];
}
