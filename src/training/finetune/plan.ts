/** What `selftrain finetune` would do, for `--dry-run`. No weights are downloaded. */
import { type FinetuneConfig, pairsOf, samplesOf } from "../../config/finetune-config.js";
import type { PromptPool } from "../../data/pool.js";
import { readModelConfig } from "../../model/config-file.js";
import { loadTokenizer } from "../../model/tokenizer/load.js";
import { type ResolveOptions, resolveLanguageModel } from "../../run/model-folder.js";
import { labelledWith } from "../label/folder.js";
import { readLabels } from "../label/read-labels.js";
import { arithmetic, hubNotes, longestOf, type Plan } from "../plan/plan.js";
import { encodePrompt } from "../rollout/encode-prompt.js";
import { heldOutPool, trainingPool } from "../start/pools.js";
import { checkLabelled } from "./labels.js";

/** Steps are the most there can be: how many completions or pairs a vote gives is known when it was taken. */
export async function planFinetune(config: FinetuneConfig, options: ResolveOptions = {}): Promise<Plan> {
  const resolved = await resolveLanguageModel(config.model, { ...options, weights: false });
  const tokenizer = loadTokenizer(resolved.folder, resolved.bases);
  const pool = await trainingPool(config, tokenizer, options);
  const heldOut = await heldOutPool(config, tokenizer, options);
  const longest = longestOf(pool.prompts.map((prompt) => encodePrompt(tokenizer, prompt)));
  const model = readModelConfig(resolved.folder, resolved.bases);
  const { prompts, completions } = await votesOf(config, pool);
  const pairs = config.objective !== "sft";
  const { distinctPerPrompt = Number.POSITIVE_INFINITY } = config;
  const items = pairs ? prompts * pairsOf(config) : Math.min(completions, prompts * distinctPerPrompt);
  const steps = config.rounds * Math.max(1, Math.round((config.epochs * items) / config.batchSize));
  const room = longest + config.maxNewTokens;
  return {
    ...arithmetic({
      model,
      config,
      loss: { kind: "cross-entropy" },
      // The reference's scores are taken once, from the policy itself.
      beside: { start: false, copies: 0, scores: pairs ? "logprob" : null },
      rollouts: (pairs ? 2 : 1) * Math.min(config.batchSize, items),
      promptTokens: longest,
      newTokens: config.maxNewTokens,
      steps,
    }),
    prompts: { pool: pool.prompts.length, description: pool.description, longest },
    notes: [
      ...hubNotes(resolved),
      `steps are at most ${steps}: a vote gives at most ${items} ${pairs ? "pairs" : "completions"} a round, and how many is known when it was taken`,
      config.labels === undefined
        ? `${prompts * samplesOf(config) * config.rounds} completions are sampled in ${config.rounds} round${config.rounds > 1 ? "s" : ""}`
        : `the votes are those of ${config.labels}, on ${prompts} of the prompts`,
      ...(room > model.contextLength
        ? [
            `the longest prompt and completion take ${room} tokens, more than the context of ${model.contextLength}`,
          ]
        : []),
      ...(heldOut === null ? ["no prompts are held out: the run is not evaluated"] : []),
    ],
  };
}

/** How many prompts a round votes on, with how many completions. Throws as `checkLabelled`. */
async function votesOf(config: FinetuneConfig, { prompts }: PromptPool) {
  if (config.labels === undefined) {
    const count = config.promptsPerRound ?? prompts.length;
    return { prompts: count, completions: count * samplesOf(config) };
  }
  const known = new Map(prompts.map((prompt) => [prompt.id, prompt]));
  const rows = (await readLabels(config.labels)).filter(({ promptId }) => known.has(promptId));
  const variables = labelledWith(config.labels);
  for (const row of rows) checkLabelled(config.labels, row, known.get(row.promptId)!, variables);
  return { prompts: rows.length, completions: rows.reduce((sum, { samples }) => sum + samples, 0) };
}
