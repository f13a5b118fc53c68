/** What a round learns from: the completions or pairs that its votes prefer, as configured. */
import { type FinetuneConfig, pairsOf, thresholdOf } from "../../config/finetune-config.js";
import { type ChosenCompletion, majorityCompletions } from "../../core/preference/completions.js";
import { consistencyPairs, majorityPairs, type Pair } from "../../core/preference/pairs.js";
import type { Selection, VotedPrompt } from "../../core/preference/voted-prompt.js";
import { SelftrainError } from "../../errors.js";
import { STREAM } from "../rollout/sample-groups.js";

export type Selected =
  | ({ readonly kind: "completions" } & Selection<ChosenCompletion>)
  | ({ readonly kind: "pairs" } & Selection<Pair>);

/** A function of the votes, the configuration and the round. Throws `finetune-nothing-selected`. */
export function selectOf(votes: readonly VotedPrompt[], config: FinetuneConfig, round: number): Selected {
  const threshold = thresholdOf(config, round);
  const selected = choose(votes, config, threshold, round);
  if (selected.items.length > 0) return selected;
  const { noLabel, lowAgreement, noRejected, tooLong } = selected.dropped;
  throw new SelftrainError({
    code: "finetune-nothing-selected",
    message: `the vote gives objective ${config.objective} no ${selected.kind} to learn from`,
    found: `${votes.length} prompts: ${noLabel} without a majority, ${lowAgreement} with an agreement below ${threshold}, ${noRejected} with nothing to put against the majority, ${tooLong} whose completions are longer than the context`,
    expected: "at least one prompt that is kept",
    where: `round ${round}`,
    remedy:
      noRejected > 0
        ? "sample more completions a prompt, take fewer rounds, or take objective sft"
        : "lower agreementThreshold, or sample more completions a prompt",
  });
}

function choose(
  votes: readonly VotedPrompt[],
  config: FinetuneConfig,
  threshold: number,
  round: number,
): Selected {
  const { objective, distinctPerPrompt: distinct, unanswered = "reject", seed } = config;
  if (objective === "sft")
    return { kind: "completions", ...majorityCompletions(votes, { threshold, distinct }) };
  const options = {
    threshold,
    pairsPerPrompt: pairsOf(config),
    rejectUnanswered: unanswered === "reject",
    key: [seed, STREAM.finetune, round],
  };
  const pairs = objective === "dpo" ? majorityPairs : consistencyPairs;
  return { kind: "pairs", ...pairs(votes, options) };
}
