/** What stands on the axis of steps. */
import { alarmSentence } from "../../../training/monitors/alarm-text.js";
import type { Alarm, Marks } from "../api/marks.js";
import type { Gap } from "../api/problem.js";
import { configOf } from "../compare/config.js";
import { controlsOf } from "../write/controls.js";
import { alarmsOf } from "./card.js";
import type { OpenRun } from "./open-run.js";
import { phasesOf } from "./phases.js";

export const shownAlarms = (path: string): Alarm[] =>
  alarmsOf(path).map((alarm) => ({ ...alarm, text: alarmSentence(alarm) }));

export async function marksOf(run: OpenRun): Promise<Marks> {
  const gaps: Gap[] = [];
  const phases = await phasesOf(run, gaps);
  return {
    alarms: shownAlarms(run.path),
    phases,
    checkpoints: run.store.checkpoints().map(({ step }) => step),
    controls: controlsOf(run.path),
    processes: configOf(run).environment.map(processOf),
    gaps,
  };
}

function processOf(environment: unknown): Marks["processes"][number] {
  const { startedAt, selftrain } = (environment ?? {}) as Record<string, unknown>;
  return {
    started: typeof startedAt === "string" ? startedAt : null,
    version: typeof selftrain === "string" ? selftrain : null,
  };
}
