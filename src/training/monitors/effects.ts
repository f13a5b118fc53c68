/** What the alarms so far change of the steps to come. */
import { filterRule, type Monitor } from "../../config/monitors.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { Monitoring } from "./monitoring.js";

type Alarms = Pick<Monitoring, "alarms" | "monitors">;

/** Monitors of the alarms with this action that were raised before the step, one an alarm, in their order. */
function before(step: number, action: Monitor["onAlarm"], { alarms, monitors }: Alarms): Monitor[] {
  const byName = new Map(monitors.map((monitor) => [monitor.name, monitor]));
  return alarms.flatMap((alarm) =>
    alarm.after < step && alarm.action === action ? [byName.get(alarm.monitor)!] : [],
  );
}

/** What the learning rate of the step is multiplied by. */
export const learningRateFactor = (step: number, alarms: Alarms): number =>
  before(step, "lower-lr", alarms).reduce((product, { factor }) => product * factor, 1);

/** The configuration that a step is made under: the run's own, with the rejection that alarms have switched on. */
export function configOfStep(step: number, config: TrainConfig, alarms: Alarms): TrainConfig {
  const filters = before(step, "filter", alarms);
  if (filters.length === 0) return config;
  return { ...config, rejection: filters.reduce(filterRule, config.rejection) };
}
