/** A run in the list: what its files say of it in a few figures. */
import { createHash } from "node:crypto";
import { type Alarm, readAlarms } from "../../../run/alarms.js";
import type { MetricRecord } from "../../../run/run-directory.js";
import type { RunStore } from "../../../run/store/open-store.js";
import type { RunId } from "../api/routes.js";
import type { MonitorsVerdict, RunCard } from "../api/runs.js";
import { numberOf } from "../metrics/columns.js";
import { thinned } from "../metrics/thin.js";
import { isRunPaused } from "../write/controls.js";

const SPARKLINE_POINTS = 60;
/** What is drawn small, the first of them that the run has. */
const SPARKLINES = ["agreement", "loss", "rewardMean"];

type Config = Readonly<Record<string, unknown>>;

/** What is known of a run that cannot be opened. */
export const damagedCard = (id: RunId, problem: string): RunCard => ({
  id,
  kind: null,
  status: "damaged",
  created: null,
  prompts: null,
  model: null,
  reward: null,
  seed: null,
  stepsDone: 0,
  stepsPlanned: null,
  accuracy: null,
  agreement: null,
  sparkline: null,
  monitors: { verdict: "none", alarms: 0, firstAlarm: null },
  family: null,
  problem,
});

export function cardOf(id: RunId, store: RunStore): RunCard {
  const { info, config } = store;
  const records = store.records();
  const steps = records.filter(({ kind }) => kind === "step");
  return {
    id,
    kind: info?.kind ?? null,
    status: store.standing === "running" && isRunPaused(store.path) ? "paused" : store.standing,
    created: info?.created ?? null,
    ...fromConfig(config ?? {}),
    stepsDone: steps.reduce((most, { step }) => Math.max(most, step), 0),
    accuracy: accuracyOf(records),
    agreement: steps.length === 0 ? null : numberOf(steps.at(-1)!, "agreement"),
    sparkline: sparklineOf(steps),
    monitors: monitorsOf(store.path, config),
    family: config === null ? null : familyOf(info?.kind ?? null, config),
    problem: info?.error?.message ?? (info === null ? "run.json is missing or damaged" : null),
  };
}

const textOf = (value: unknown): string | null => (typeof value === "string" ? value : null);
const wholeOf = (value: unknown): number | null => (Number.isSafeInteger(value) ? (value as number) : null);
const mapOf = (value: unknown): Config =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Config) : {};

function fromConfig(config: Config) {
  const prompts = mapOf(config.prompts);
  return {
    prompts: textOf(prompts.task) ?? textOf(prompts.file) ?? textOf(mapOf(config.votes).from),
    model: textOf(config.model),
    reward: textOf(config.reward),
    seed: wholeOf(config.seed),
    stepsPlanned: wholeOf(config.steps),
  };
}

function accuracyOf(records: readonly MetricRecord[]): RunCard["accuracy"] {
  const all = records.flatMap((record) => {
    const value = record.kind === "eval" ? numberOf(record, "mean") : null;
    return value === null ? [] : [{ step: record.step, value }];
  });
  const last = all.at(-1);
  if (last === undefined) return null;
  const best = all.reduce((most, own) => (own.value > most.value ? own : most));
  return { last: last.value, lastStep: last.step, best: best.value, bestStep: best.step };
}

function sparklineOf(steps: readonly MetricRecord[]): RunCard["sparkline"] {
  for (const name of SPARKLINES) {
    const points = steps.flatMap((record) => {
      const value = numberOf(record, name);
      return value === null ? [] : [{ step: record.step, value }];
    });
    if (points.length < 2) continue;
    const values = points.map(({ value }) => value);
    const kept = thinned(values, SPARKLINE_POINTS);
    return {
      series: `step.${name}`,
      steps: kept.map((i) => points[i]!.step),
      values: kept.map((i) => values[i]!),
      thinned: kept.length < points.length,
    };
  }
  return null;
}

function monitorsOf(path: string, config: Config | null): MonitorsVerdict {
  const alarms = alarmsOf(path);
  const first = alarms.reduce<Alarm | null>((low, own) => (low && low.step <= own.step ? low : own), null);
  const watched = Object.keys(mapOf(config?.monitors)).length > 0;
  return {
    verdict: first !== null ? "alarm" : watched ? "quiet" : "none",
    alarms: alarms.length,
    firstAlarm: first && { step: first.step, monitor: first.monitor },
  };
}

/** None where they cannot be read: the run's problems say so. */
export function alarmsOf(path: string): Alarm[] {
  try {
    return readAlarms(path);
  } catch {
    return [];
  }
}

/** Of all that runs of several seeds have in common. */
function familyOf(kind: string | null, { seed: _, output: __, ...config }: Config): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, config]))
    .digest("hex")
    .slice(0, 12);
}
