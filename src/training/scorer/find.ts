/** The reward model that a configuration names, held against the policy whose solutions it is to score. */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { SelftrainError } from "../../errors.js";
import { readTextFile } from "../../io/fs/text-file.js";
import type { ModelConfig } from "../../model/config.js";
import { readModelConfig } from "../../model/config-file.js";
import { requireRewardModel } from "../../model/head.js";
import { checkWeightFiles, type ResolveOptions, resolveModel } from "../../run/model-folder.js";

/** Where a reward model lies, and its configuration. */
export interface RewardModelFolder {
  readonly folder: string;
  readonly config: ModelConfig;
}

/**
 * Finds a reward model for a policy, and reads no weights but their headers. Throws `model-is-language-model`, `reward-model-tokenizer` where it reads other
 * tokens than the policy writes, `reward-model-context` where it cannot read the longest sequence, and as `resolveModel` and
 * `checkWeightFiles` do.
 *
 * @param key the configuration key that names it, for errors
 * @param tokens the longest prompt with the longest completion
 */
export async function findRewardModel(
  path: string,
  policyFolder: string,
  tokens: number,
  key: string,
  options: ResolveOptions = {},
): Promise<RewardModelFolder> {
  const resolved = await resolveModel(path, options);
  const { folder } = resolved;
  const config = readModelConfig(folder);
  requireRewardModel(config, folder, key);
  if (!sameTokenizer(folder, policyFolder)) {
    throw new SelftrainError({
      code: "reward-model-tokenizer",
      message: `${key} and model have different tokenizers: the one would read other text than the other wrote`,
      found: join(folder, "tokenizer.json"),
      expected: join(policyFolder, "tokenizer.json"),
      where: key,
      remedy: "train a reward model from this model, or from one of its family",
    });
  }
  if (tokens > config.contextLength) {
    throw new SelftrainError({
      code: "reward-model-context",
      message: `${key} cannot read the longest prompt and completion`,
      found: `${tokens} tokens`,
      expected: `at most ${config.contextLength}, the context of the reward model`,
      where: key,
      remedy: "lower maxNewTokens, leave out long prompts, or take a reward model of a longer context",
    });
  }
  await checkWeightFiles(resolved);
  return { folder, config };
}

/** What decides ids: everything but how files happen to be laid out. */
function sameTokenizer(a: string, b: string): boolean {
  const read = (folder: string): unknown =>
    JSON.parse(readTextFile(join(folder, "tokenizer.json"), "read the tokenizer"));
  return a === b || isDeepStrictEqual(read(a), read(b));
}
