/** What `selftrain finetune` would do, for `--dry-run`. No weights are downloaded. */
import { type FinetuneConfig, pairsOf, samplesOf } from "../../config/finetune-config.js";
import type { RunOptions } from "../../run/observer.js";
import { arithmetic, hubNotes, type Plan } from "../plan/plan.js";
import { type PreparedFinetuning, prepareFinetuning } from "./prepare.js";
import { stepsOf } from "./round.js";

/** Steps are the most there can be where votes are still to be taken: how many completions or pairs they give is not known before. */
export async function planFinetune(config: FinetuneConfig, options: RunOptions = {}): Promise<Plan> {
  const prepared = await prepareFinetuning(config, { ...options, weights: false });
  const { model, pool, heldOut, longest, labelled, spec } = prepared;
  const { prompts, items } = itemsOf(prepared);
  const pairs = config.objective !== "sft";
  const perRound = stepsOf(items, config);
  const steps = config.rounds * perRound;
  const batch = Math.min(config.batchSize, items);
  const kind = pairs ? "pairs" : "completions";
  const { warmupSteps } = config;
  return {
    ...arithmetic({
      model: model.config,
      config,
      loss: { kind: "cross-entropy" },
      device: spec.device,
      // The reference's scores are taken once, from the policy itself.
      beside: { start: false, copies: 0, scores: pairs ? "logprob" : null },
      prompts: batch,
      rollouts: (pairs ? 2 : 1) * batch,
      promptTokens: longest,
      newTokens: config.maxNewTokens,
      steps,
    }),
    prompts: { pool: pool.prompts.length, description: pool.description, longest },
    notes: [
      ...hubNotes(model),
      ...(labelled
        ? [
            `the votes are those of ${config.labels}, on ${prompts} of the prompts: ${items} ${kind} are trained on`,
            ...(warmupSteps >= steps
              ? [`warmupSteps ${warmupSteps} outlast the ${steps} steps: the learning rate does not arrive`]
              : []),
          ]
        : [
            `steps are at most ${steps}: a vote gives at most ${items} ${kind} a round, and how many is known when it was taken`,
            `${prompts * samplesOf(config) * config.rounds} completions are sampled in ${config.rounds} round${config.rounds > 1 ? "s" : ""}`,
          ]),
      ...(heldOut === null ? ["no prompts are held out: the run is not evaluated"] : []),
    ],
  };
}

/** How many prompts a round votes on, and the completions or pairs that it trains on; the most where it has not voted yet. */
function itemsOf({ config, pool, labelled }: PreparedFinetuning): { prompts: number; items: number } {
  if (labelled) return { prompts: labelled.votes.length, items: labelled.selected.items.length };
  const { promptsPerRound: prompts = pool.prompts.length, distinctPerPrompt: distinct } = config;
  if (config.objective !== "sft") return { prompts, items: prompts * pairsOf(config) };
  return { prompts, items: prompts * Math.min(samplesOf(config), distinct ?? Number.POSITIVE_INFINITY) };
}
