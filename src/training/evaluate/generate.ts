/** `selftrain generate`: completions of given prompts. */

import type { GenerateConfig } from "../../config/generate-config.js";
import { solutionRules } from "../../core/answer/extract/rules.js";
import { readingOf } from "../../data/reading.js";
import { OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import type { FinishReason } from "../../group.js";
import { checkWeightFiles } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { checkFinite } from "../rollout/finite.js";
import { checkPrompts } from "../rollout/fit.js";
import { formatPrompts } from "../rollout/format-prompts.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { prepareModel } from "../start/prepare-model.js";

export interface Generated {
  readonly prompt: string;
  readonly completions: readonly {
    readonly text: string;
    readonly finish: FinishReason;
    readonly answer: string | null;
  }[];
}

/** Completions in the order of the prompts. Equal seeds give equal completions. */
export async function generateFromModel(
  config: GenerateConfig,
  options: RunOptions = {},
): Promise<Generated[]> {
  const { observer } = options;
  const model = await prepareModel(config.model, options);
  const { folder, bases, tokenizer } = model;
  const given = config.prompts.map((text, i) => ({ id: String(i), text }));
  const prompts = formatPrompts(given, config, tokenizer);
  checkPrompts(model.config, tokenizer, [{ what: "prompts", prompts }], config.maxNewTokens);
  await checkWeightFiles(model);
  const engine = await OnnxEngine.create({ model: { folder, bases }, ...config.engine });
  try {
    const groups = await sampleGroups(await engine.refreshSampler(), tokenizer, prompts, {
      samples: config.samples,
      maxTokens: config.maxNewTokens,
      temperature: config.temperature,
      stream: [config.seed, STREAM.generate],
      // The answer as written: nothing is compared here.
      ...readingOf(config.answers, solutionRules, (answer) => answer),
      onProgress: (done, total) => observer?.({ type: "phase", phase: "sample", done, total }),
    });
    checkFinite(groups);
    return groups.map(({ prompt, rollouts }) => ({
      prompt: prompt.text,
      completions: rollouts.map(({ text, finish, answer }) => ({ text, finish, answer })),
    }));
  } finally {
    await engine.close();
  }
}
