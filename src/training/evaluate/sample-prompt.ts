/** Solutions to one prompt, a few at a time, so that somebody can watch the vote on them form. */
import type { AnswersConfig } from "../../config/answers-config.js";
import type { GenerateConfig } from "../../config/generate-config.js";
import { readingOfSource } from "../../data/reading.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { Rollout } from "../../group.js";
import { checkWeightFiles } from "../../run/model-folder.js";
import { checkFinite } from "../rollout/finite.js";
import { checkPrompts } from "../rollout/fit.js";
import { type Asked, formatPrompts } from "../rollout/format-prompts.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { prepareModel } from "../start/prepare-model.js";

/** Solutions that are sampled together: a larger batch takes less time, and is seen later. */
const BATCH = 4;

export interface SampledPrompt
  extends Pick<GenerateConfig, "model" | "samples" | "maxNewTokens" | "temperature" | "seed" | "engine"> {
  readonly prompt: string;
  /** How the run asks its prompts. */
  readonly source: Asked;
  readonly answers: AnswersConfig;
}

/** Yields null once the model is loaded, then the solutions, batch by batch; answers are canonical. Equal seeds give equal solutions. Nothing is downloaded. */
export async function* samplePrompt(asked: SampledPrompt): AsyncGenerator<readonly Rollout[] | null, void> {
  const { source, samples, maxNewTokens, temperature, seed } = asked;
  const model = await prepareModel(asked.model, { cacheOnly: true });
  const { folder, bases, tokenizer } = model;
  const prompts = formatPrompts([{ id: "0", text: asked.prompt }], source, tokenizer);
  checkPrompts(model.config, tokenizer, [{ what: "prompts", prompts }], maxNewTokens);
  await checkWeightFiles(model);
  const engine = await OnnxEngine.create({ model: { folder, bases }, ...asked.engine });
  try {
    const sampler = await engine.refreshSampler();
    yield null;
    for (let done = 0; done < samples; done += BATCH) {
      const groups = await sampleGroups(sampler, tokenizer, prompts, {
        samples: Math.min(BATCH, samples - done),
        maxTokens: maxNewTokens,
        temperature,
        stream: [seed, STREAM.playground, done],
        ...readingOfSource({ task: source.task }, asked.answers),
      });
      checkFinite(groups);
      yield groups[0]!.rollouts;
    }
  } finally {
    await engine.close();
  }
}
