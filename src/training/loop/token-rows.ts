/** The tokens of a step's rollouts, as a run keeps them. */
import { tokenTexts } from "../../model/tokenizer/token-texts.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { TokenRow } from "../../run/run-directory.js";
import type { Step } from "./step-record.js";

/** A row each rollout of the policy, those that only voted and rejected ones included, in the order of the rollouts' rows. */
export function tokenRows(
  { step, sampled }: Pick<Step, "step" | "sampled">,
  entropies: NonNullable<Step["entropies"]>,
  tokenizer: Tokenizer,
): TokenRow[] {
  return sampled.flatMap(({ rollouts }, group) =>
    rollouts.map(({ tokens, logprobs }, sample) => ({
      step,
      group,
      sample,
      tokenIds: tokens,
      tokenTexts: tokenTexts(tokenizer, tokens),
      logprobs: Array.from(logprobs),
      entropies: Array.from(entropies[group]![sample]!),
    })),
  );
}
