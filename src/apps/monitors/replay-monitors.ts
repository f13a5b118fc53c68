/** The alarms that monitors would have raised in a recorded run: the code that watches training, over the lines that it wrote. */
import type { MonitorsConfig } from "../../config/monitor-config.js";
import { parseSeries } from "../../config/monitor-series.js";
import { monitorsOf } from "../../config/monitors.js";
import { monitoringOf } from "../../training/monitors/monitoring.js";
import type { CorpusRun } from "./corpus-format.js";
import { recordsOf } from "./corpus-format.js";
import { withDerived } from "./derived.js";
import { type Outcome, outcomeOf } from "./outcome.js";

/** A recorded run with what became of it. */
export interface JudgedRun {
  readonly run: CorpusRun;
  readonly outcome: Outcome;
}

export const judged = (run: CorpusRun): JudgedRun => ({ run, outcome: outcomeOf(run) });

/** Step after which a monitor first raised an alarm; null where it never did. */
export type FirstAlarms = ReadonlyMap<string, number | null>;

/** `probe` false: as in a run without one, though every recorded run has one. */
export function firstAlarms(run: CorpusRun, monitors: MonitorsConfig, probe = true): FirstAlarms {
  const { steps, evaluationEvery, probeEvery } = run.config;
  const watched = { monitors, ...(probe && { probe: { every: probeEvery } }) };
  const { alarms } = monitoringOf(
    { ...watched, steps, seed: run.seed, evaluation: { every: evaluationEvery } },
    withDerived(run, recordsOf(run)),
  );
  const first = new Map<string, number | null>(monitorsOf(watched).map(({ name }) => [name, null]));
  for (const { monitor, after } of alarms) if (first.get(monitor) === null) first.set(monitor, after);
  return first;
}

/** The earliest of several; null where there is none. */
export function earliest(steps: readonly (number | null)[]): number | null {
  const there = steps.filter((step) => step !== null);
  return there.length === 0 ? null : Math.min(...there);
}

/** Whether a run has a value of at least one of the series. */
export const measures = (run: CorpusRun, series: readonly string[]): boolean =>
  series.some((name) => {
    const { kind, metric } = parseSeries(name);
    return (
      kind !== "validation" && (run.records[kind].metrics[metric]?.some((value) => value !== null) ?? false)
    );
  });
