/** What a configuration needs of an engine beyond what every engine has. */
import { probeOf } from "../../config/probe-config.js";
import type { TrainConfig } from "../../config/train-config.js";
import type { Capabilities } from "../../engine/engine.js";
import { SelftrainError } from "../../errors.js";

interface Need {
  readonly feature: string;
  /** The keys that ask for it. */
  readonly where: string;
}

export function featuresOf(config: TrainConfig): Need[] {
  const { reward, klCoefficient, klReference, teacherLabels, easyFraction } = config;
  const needs: Need[] = [];
  const moving = klCoefficient > 0 && klReference === "moving";
  if (moving) needs.push({ feature: "copies", where: "klReference moving" });
  if (reward === "ema-teacher") needs.push({ feature: "copies", where: "reward ema-teacher" });
  if (reward === "negative-entropy" || reward === "self-certainty")
    needs.push({ feature: "measures", where: `reward ${reward}` });
  if (klCoefficient > 0 && !moving) needs.push({ feature: "base-sampler", where: "klCoefficient" });
  if (reward === "fixed-teacher" && teacherLabels === undefined)
    needs.push({ feature: "base-sampler", where: "reward fixed-teacher" });
  if (easyFraction < 1 && teacherLabels === undefined)
    needs.push({ feature: "base-sampler", where: "easyFraction" });
  if (probeOf(config)?.kl === true) needs.push({ feature: "base-sampler", where: "probe.kl" });
  return needs;
}

/** Throws `engine-lacks` for the first that the engine has not. */
export function checkFeatures(config: TrainConfig, { name, gaps }: Capabilities): void {
  for (const { feature, where } of featuresOf(config)) {
    const reason = gaps[feature];
    if (reason === undefined) continue;
    throw new SelftrainError({
      code: "engine-lacks",
      message: `the engine ${name} lacks ${feature}, which ${where} needs: ${reason}`,
      found: where,
      where,
      remedy: "leave it out, or train with the embedded engine (engine.kind onnx)",
    });
  }
}
