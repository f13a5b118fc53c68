/** The policy that KL is measured from. */
import type { TrainConfig } from "../../config/train-config.js";
import type { Engine, Sampler } from "../../engine/engine.js";

/**
 * The reference of the step that begins after `step` optimised ones; null where no KL is asked for. A moving one is taken anew every
 * `klReferenceEvery` steps, of the policy as it is then; in between it comes from the engine's state, so that a resumed run has the same.
 */
export async function referenceAt(
  step: number,
  { klCoefficient, klReference, klReferenceEvery }: TrainConfig,
  engine: Engine,
): Promise<Sampler | null> {
  if (klCoefficient === 0) return null;
  if (klReference === "start") return engine.baseSampler();
  if (step % klReferenceEvery! === 0) await engine.updateCopy("reference");
  return engine.copySampler("reference");
}
