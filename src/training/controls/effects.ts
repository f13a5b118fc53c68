/** What the controls that were taken change of the steps to come. */
import type { TrainConfig } from "../../config/train-config.js";
import type { ControlAction, LoggedControl } from "../../run/control.js";

/** The last of its kind that was taken before the step; undefined where none was. */
function lastOf<A extends ControlAction["action"]>(
  step: number,
  action: A,
  log: readonly LoggedControl[],
): Extract<ControlAction, { action: A }> | undefined {
  const found = log.findLast(
    (own) => own.refused === null && own.step < step && own.asked?.action === action,
  );
  return found?.asked as Extract<ControlAction, { action: A }> | undefined;
}

/** What the learning rate of the step is multiplied by. */
export const controlledFactor = (step: number, log: readonly LoggedControl[]): number =>
  lastOf(step, "learning-rate", log)?.factor ?? 1;

/** The configuration with the filter that is asked for. A batch that it leaves short is trained on all the same: it must not end the run. */
export function controlledConfig(
  step: number,
  config: TrainConfig,
  log: readonly LoggedControl[],
): TrainConfig {
  const { minAgreement = null } = lastOf(step, "filter", log) ?? {};
  if (minAgreement === null) return config;
  return { ...config, rejection: { ...config.rejection, minAgreement, onShortBatch: "train" } };
}
