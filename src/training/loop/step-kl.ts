/** How far the trained rollouts of a step are from the reference: as whole completions, where they answer, and where they reason. */
import type { Reading } from "../../core/answer/read.js";
import { spanKl } from "../../core/monitor/label-free/span-kl.js";
import type { Group } from "../../group.js";
import { tokenTexts } from "../../model/tokenizer/token-texts.js";
import type { Tokenizer } from "../../model/tokenizer/tokenizer.js";
import type { MetricRecord } from "../../run/run-directory.js";
import { answerTokens } from "../rollout/answer-tokens.js";
import type { Logprobs } from "./advantages.js";

/** Nothing where no KL was measured. `reference` are the reference policy's logprobs of the groups. */
export function stepKl(
  groups: readonly Group[],
  reference: Logprobs | null,
  tokenizer: Pick<Tokenizer, "decode">,
  reading: Reading | undefined,
): MetricRecord["metrics"] {
  if (reference === null || groups.length === 0) return {};
  const samples = groups.flatMap(({ rollouts }, g) =>
    rollouts.map((rollout, i) => ({
      logprobs: rollout.logprobs,
      referenceLogprobs: reference[g]![i]!,
      ...answerTokens(rollout, tokenTexts(tokenizer, rollout.tokens), reading),
    })),
  );
  const { sequenceKl, answerSpanKl, reasoningKl } = spanKl(samples);
  return { sequenceKl, answerSpanKl, reasoningKl };
}
