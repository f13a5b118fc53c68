/** One run at a glance. */
import { join } from "node:path";
import { lockHolder } from "../../../run/lock.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import type { RunStore } from "../../../run/store/open-store.js";
import type { Gap } from "../api/problem.js";
import type { Pace, RunOverview } from "../api/runs.js";
import { numberOf, seriesNames } from "../metrics/columns.js";
import { cardOf } from "./card.js";
import { labelsOf, type OpenRun } from "./open-run.js";
import { stepsKept } from "./steps-kept.js";

/** Steps that the pace is the median of. */
const PACE_STEPS = 20;

export async function overviewOf(run: OpenRun): Promise<RunOverview> {
  const { id, store } = run;
  const records = run.records();
  const card = cardOf(id, store);
  const { info } = store;
  return {
    ...card,
    kept: {
      rollouts: stepsKept(store.rolloutSteps()),
      probe: stepsKept(store.probeSteps()),
      checkpoints: stepsKept(store.checkpoints().map(({ step }) => step)),
    },
    series: seriesNames(records),
    pace: paceOf(records, card.status === "running" ? card.stepsPlanned : null),
    process: processOf(store),
    earlyStop: info?.earlyStop ?? null,
    truth: {
      rollouts: (await labelsOf(run, "rollouts")).missing,
      probe: (await labelsOf(run, "probe")).missing,
    },
    tokens: stepsKept(store.tokenSteps()),
    places: {
      firstAlarm: card.monitors.firstAlarm?.step ?? null,
      best: card.accuracy?.bestStep ?? null,
    },
    gaps: gapsOf(store),
  };
}

/** Null without a step that was timed. `planned` is null where the run does not go on. */
export function paceOf(records: readonly MetricRecord[], planned: number | null): Pace | null {
  const steps = records.filter(({ kind }) => kind === "step").slice(-PACE_STEPS);
  const medianOf = (name: string): number | null => {
    const values = steps.flatMap((record) => numberOf(record, `time.${name}`) ?? []).sort((a, b) => a - b);
    return values.length === 0 ? null : values[Math.floor(values.length / 2)]!;
  };
  const secondsPerStep = medianOf("seconds");
  if (secondsPerStep === null) return null;
  const left = planned === null ? null : Math.max(0, planned - steps.at(-1)!.step);
  return {
    secondsPerStep,
    sampleSecondsPerStep: medianOf("sampleSeconds"),
    tokensPerSecond: medianOf("tokensPerSecond"),
    secondsLeft: left === null ? null : left * secondsPerStep,
  };
}

function processOf({ path }: RunStore): RunOverview["process"] {
  try {
    const holder = lockHolder(join(path, "lock"));
    return holder && { pid: holder.pid, host: holder.hostname, since: holder.since };
  } catch {
    return null;
  }
}

/** What is damaged, half written or missing. */
export const gapsOf = (store: RunStore): Gap[] =>
  store.problems().map(({ part, why }) => ({ code: "run-part", message: `${part} ${why}.` }));
