/** `selftrain generate`: completions of given prompts. */
import type { GenerateConfig } from "../config/generate-config.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import type { FinishReason } from "../group.js";
import { checkFinite } from "../rollout/finite.js";
import { checkPrompts, checkVocabulary } from "../rollout/fit.js";
import { STREAM, sampleGroups } from "../rollout/sample-groups.js";
import { modelFolder } from "../run/model-folder.js";
import type { RunOptions } from "../run/observer.js";
import { loadTokenizer } from "../tokenizer/load.js";

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
  { observer }: RunOptions = {},
): Promise<Generated[]> {
  const folder = modelFolder(config.model);
  const tokenizer = loadTokenizer(folder);
  const engine = await OnnxEngine.create({ model: { folder }, ...config.engine });
  try {
    const prompts = config.prompts.map((text, i) => ({ id: String(i), text }));
    checkVocabulary(engine.capabilities, tokenizer, folder);
    checkPrompts(engine.capabilities, tokenizer, prompts, config.maxNewTokens);
    const groups = await sampleGroups(await engine.refreshSampler(), tokenizer, prompts, {
      samples: config.samples,
      maxTokens: config.maxNewTokens,
      temperature: config.temperature,
      stream: [config.seed, STREAM.generate],
      // The answer as written: which task the prompt is of is not known here.
      canonicalise: (answer) => answer,
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
