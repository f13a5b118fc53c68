/** Training: forward, cross-entropy, backward, clipping, AdamW. `length` positions go in and as many next tokens are predicted. */
import { everyConfiguration } from "../configurations.mjs";
import { models } from "../models.mjs";
import { settings } from "../settings.mjs";
import { trainingFlops } from "../work.mjs";
import { randomTokens } from "./tokens.mjs";

/** A function that takes one optimiser step. */
export function openTraining(engine, model, { sequences, length }) {
  const data = Array.from({ length: sequences }, (_, i) => ({
    prompt: randomTokens(model, 1, 0, i),
    completion: randomTokens(model, length, 1, i),
    weights: new Float32Array(length).fill(1 / (sequences * length)),
    policyVersion: 0,
  }));
  return async () => {
    await engine.forwardBackward(data, { kind: "cross-entropy" });
    await engine.optimStep(settings.adam);
  };
}

export function training(modelName, sizes, runs) {
  const model = models[modelName];
  return {
    title: `training ${modelName} (${sizes.sequences} × ${sizes.length})`,
    unit: "tokens/s",
    model: modelName,
    sizes,
    runs,
    peer: { kind: "train", title: "PyTorch", configurations: everyConfiguration },
    tokens: sizes.sequences * sizes.length,
    flops: trainingFlops(model, sizes.sequences, sizes.length),
    open: (engine) => openTraining(engine, model, sizes),
  };
}
