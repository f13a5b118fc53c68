/** Which steps the collapse rule is held to, and with which bounds: for early stopping, and for the signs at the end of a run. */
import { type MonitorMetric, monitorMetrics } from "../../config/curriculum-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import { type CollapseRule, collapseSignals } from "../../core/monitor/collapse-rule.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { stageStarts } from "./stages.js";

/** The rule as configured for early stopping on the monitor; its defaults for every other run. */
export function collapseRuleOf({ earlyStopping }: Pick<TrainConfig, "earlyStopping">): CollapseRule {
  const own = earlyStopping?.on === "monitor" ? earlyStopping : undefined;
  const {
    metric = "any",
    patience = 1,
    topShareRise = 0.15,
    entropyFall = 0.8,
    distinctFall = 0.7,
  } = own ?? {};
  const watched = monitorMetrics.includes(metric as MonitorMetric) && metric !== "any" ? [metric] : null;
  const watch = collapseSignals.filter((signal) => watched?.includes(signal) ?? true);
  return { watch, topShareRise, entropyFall, distinctFall, patience };
}

/** Records of the steps up to `step` of its stage: signals are held against the first of the same stage, as other prompts have other answers. */
export function watchedSteps(
  config: Pick<TrainConfig, "curriculum">,
  records: readonly MetricRecord[],
  step: number,
): MetricRecord[] {
  const since = stageStarts(config, records, step - 1).at(-1)!;
  return records.filter((r) => r.kind === "step" && r.step > since && r.step <= step);
}
