/** How a run ends otherwise than at its last step, or with another policy than its last: what monitors stop it for, and what they go back to. */
import { join } from "node:path";
import { parseSeries } from "../../config/monitor-series.js";
import type { Monitor } from "../../config/monitors.js";
import type { TrainConfig } from "../../config/train-config.js";
import { METRICS } from "../../core/monitor/catalogue/index.js";
import { SelftrainError } from "../../errors.js";
import { openCheckpoint } from "../../run/manifest.js";
import type { Observer } from "../../run/observer.js";
import type { Run } from "../../run/run.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { alarmSentence } from "../monitors/alarm-text.js";
import type { Monitoring, Raised } from "../monitors/monitoring.js";
import { policyOf } from "./checkpoint.js";
import type { Session } from "./session.js";
import { type StagedConfig, stageStarts } from "./stages.js";

export interface Ending {
  /** Why the run ends after this step; null where it goes on. */
  readonly stop: string | null;
  /** Steps whose checkpoints must be kept: the run may go back to them. */
  readonly keep: readonly number[];
  /** Step to go back to if the run ends here; null where the last policy stays. */
  readonly best: number | null;
}

/** How a run ended otherwise than with the policy of its last step. */
export interface EarlyStop {
  readonly step: number;
  /** Step of the policy that the run ends with. */
  readonly restored: number;
  /** Whether steps were left. */
  readonly stopped: boolean;
  readonly reason: string;
}

/** Null where all steps were done and the last policy stays. */
export function earlyStopOf(step: number, { stop, best }: Ending): EarlyStop | null {
  if (stop === null && best === null) return null;
  const restored = best ?? step;
  return { step, restored, stopped: stop !== null, reason: stop ?? `step ${restored} measured best` };
}

/** Whether a monitor watches the validation: it then goes back to the policy that measured best, whether it raised an alarm or not. */
const isValidated = ({ series }: Monitor): boolean =>
  series.every((name) => parseSeries(name).kind === "validation");

/** What the monitors make of the run after a step; `raised` are their alarms of it. */
export function endingOf(
  step: number,
  config: StagedConfig & Pick<TrainConfig, "checkpointEvery">,
  records: readonly MetricRecord[],
  monitoring: Pick<Monitoring, "monitors" | "healthy">,
  raised: readonly Raised[],
): Ending {
  const restoring = monitoring.monitors.filter(({ onAlarm }) => onAlarm === "restore-best");
  const [validated, others] = [restoring.filter(isValidated), restoring.filter((own) => !isValidated(own))];
  const bests = validated.flatMap(({ series }) => bestMeasured(series[0]!, step, records) ?? []);
  const names = others.map(({ name }) => name);
  const healthy = others.length === 0 ? null : lastHealthy(step, config, records, monitoring.healthy(names));
  const fatal = raised.filter(({ action }) => action === "stop" || action === "restore-best");
  const gone = fatal.some(({ monitor }) => names.includes(monitor)) ? [healthy!] : [];
  const targets = [...bests.filter((own) => own < step), ...gone];
  return {
    stop: fatal.length === 0 ? null : fatal.map(alarmSentence).join("; "),
    keep: [...bests, ...(healthy === null ? [] : [healthy])],
    best: targets.length === 0 ? null : Math.min(...targets),
  };
}

/** The step that measured best until now, the earliest of equal ones; null before the first. */
function bestMeasured(name: string, until: number, records: readonly MetricRecord[]): number | null {
  const { metric } = parseSeries(name);
  const sign = METRICS[metric]?.healthy === "down" ? -1 : 1;
  let best: { readonly step: number; readonly value: number } | null = null;
  for (const { kind, step, metrics } of records) {
    const value = sign * Number(metrics[metric] ?? Number.NaN);
    if (kind !== "validation" || step > until || Number.isNaN(value)) continue;
    if (best === null || value > best.value) best = { step, value };
  }
  return best?.step ?? null;
}

/** The last regular checkpoint before the signs that last until now, of the stage that they are in. */
function lastHealthy(
  step: number,
  config: StagedConfig & Pick<TrainConfig, "checkpointEvery">,
  records: readonly MetricRecord[],
  healthyStep: number,
): number {
  const { checkpointEvery } = config;
  const since = stageStarts(config, records, step - 1).at(-1)!;
  // A step's signals are of the policy that it began with, and an evaluation that is judged with it is of that policy too.
  const healthy = Math.max(0, healthyStep - 1);
  // The regular checkpoints alone: one that an interruption left must not decide where a run goes back to.
  return Math.max(since, Math.floor(healthy / checkpointEvery) * checkpointEvery);
}

export interface GoingBack {
  readonly session: Pick<Session, "engine">;
  readonly run: Pick<Run<unknown>, "listCheckpoints" | "path">;
  readonly observer?: Observer | undefined;
}

/** Puts the policy of a checkpoint in the place of the current one. Throws `restored-checkpoint-missing` where it is gone. */
export async function goBack(step: number, { session, run, observer }: GoingBack): Promise<void> {
  const found = run.listCheckpoints().find(({ step: own, path }) => own === step && policyOf(path) === step);
  if (found === undefined) {
    throw new SelftrainError({
      code: "restored-checkpoint-missing",
      message: `the best policy was that of step ${step}, and its checkpoint is not there`,
      where: join(run.path, "checkpoints"),
      remedy: "restore the checkpoint, or start the run anew",
    });
  }
  await openCheckpoint(found.path, () => session.engine.loadState(found.path));
  observer?.({ type: "notice", code: "policy-restored", message: `the policy of step ${step} is restored` });
}
