/** Sampling: prompts that are all different and of one length. */
import { everyConfiguration } from "../configurations.mjs";
import { models } from "../models.mjs";
import { settings } from "../settings.mjs";
import { decodeBytes, decodeFlops, prefillFlops } from "../work.mjs";
import { checkLengths, randomTokens, samplingOptions } from "./tokens.mjs";

/** A function that draws `newTokens` tokens for each of the prompts. */
function openSampling(engine, model, { sequences, promptLength, newTokens }) {
  const requests = Array.from({ length: sequences }, (_, i) => ({
    prompt: randomTokens(model, promptLength, 2, i),
    n: 1,
    keys: [[settings.seed, i]],
  }));
  return async () => {
    const sampler = await engine.refreshSampler();
    const completions = await sampler.sample(requests, samplingOptions(newTokens));
    await sampler.release();
    checkLengths(completions.flat(), sequences, newTokens);
  };
}

/** The work of the prompts and of every decode step against both roofs. */
export function sampling(modelName, sizes, runs) {
  const { sequences, promptLength, newTokens } = sizes;
  const model = models[modelName];
  return {
    title: `sampling ${modelName} (batch ${sequences})`,
    unit: "tokens/s",
    model: modelName,
    sizes,
    runs,
    peer: { kind: "sample", title: "transformers generate", configurations: everyConfiguration },
    tokens: sequences * newTokens,
    flops:
      prefillFlops(model, sequences, promptLength - 1) +
      decodeFlops(model, sequences, promptLength, newTokens),
    bytes: decodeBytes(model, sequences, promptLength, newTokens),
    open: (engine) => openSampling(engine, model, sizes),
  };
}

/**
 * Prompts as long as make the rest small: one new token is drawn for each, and its decode step counts in the time but not in the
 * work. The last token of a prompt is what that step reads.
 */
export function prefilling(modelName, { sequences, promptLength }, runs) {
  const model = models[modelName];
  return {
    title: `prompts ${modelName} (${sequences} × ${promptLength - 1})`,
    unit: "tokens/s",
    model: modelName,
    runs,
    peer: null,
    tokens: sequences * (promptLength - 1),
    flops: prefillFlops(model, sequences, promptLength - 1),
    open: (engine) => openSampling(engine, model, { sequences, promptLength, newTokens: 1 }),
  };
}
