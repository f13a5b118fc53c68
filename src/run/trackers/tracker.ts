/** What a tracker is: somewhere that a run's metrics go to be looked at, beside the run's own files. */
import type { MetricRecord } from "../run-directory.js";

/** How a process left the run that it tracked. */
export type TrackedEnd = "finished" | "interrupted" | "failed";

/** Held by test/run/trackers/contract.ts. Every method may be called again after it failed, with the same arguments, and then makes up for it. */
export interface Tracker {
  /** Sends records, in the order in which the run wrote them. */
  send(records: readonly MetricRecord[]): Promise<void>;
  /** The records of this step and later ones are void: the run does these steps again. */
  rewind(step: number): Promise<void>;
  /** Says how the process left the run. What was sent before is safe then. */
  end(outcome: TrackedEnd): Promise<void>;
}

/** What a tracker knows of its run. */
export interface Tracked {
  /** The run directory. */
  readonly run: string;
  /** Its configuration as resolved. */
  readonly config: object;
  /** What the tracker kept from the process before; null in a new run. */
  readonly state: Readonly<Record<string, unknown>> | null;
  /** Keeps something for the next process, durably. */
  save(state: Readonly<Record<string, unknown>>): void;
}

/** A scalar of a record, under the name that trackers show: `train/agreement`, `eval/mean`, `train/time/seconds`. */
export interface Scalar {
  readonly name: string;
  readonly value: number;
}

const PREFIX: Readonly<Record<MetricRecord["kind"], string>> = {
  step: "train",
  probe: "probe",
  eval: "eval",
  validation: "validation",
};

/** The finite numbers of a record, true and false as 1 and 0. Texts and lists stay in the run. */
export function scalarsOf({ kind, metrics, time }: MetricRecord): Scalar[] {
  const prefix = PREFIX[kind];
  return [
    ...Object.entries(metrics).map(([name, value]) => ({
      name: `${prefix}/${name}`,
      value: numberOf(value),
    })),
    ...Object.entries(time).map(([name, value]) => ({
      name: `${prefix}/time/${name}`,
      value: numberOf(value),
    })),
  ].filter(({ value }) => Number.isFinite(value));
}

const numberOf = (value: unknown): number =>
  typeof value === "number" ? value : typeof value === "boolean" ? Number(value) : Number.NaN;
