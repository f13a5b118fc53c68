/**
 * Sequences that a scalar head scores, as data of a model that predicts: the whole sequence is the prompt, and the one "token" that
 * follows it is its score. So they are packed, fed and taken apart like any other.
 */
import type { ModelConfig } from "../../../model/config.js";
import type { Datum } from "../../engine.js";

type Sequence = Pick<Datum, "prompt" | "completion">;

/** No token: the score's place among the targets, which a scalar head does not read. */
const PLACE = [0];

/**
 * Padding at the end is left out: transformers takes the last token that is not `pad_token_id`, which in some models is the token that
 * ends a sequence.
 */
export function scoredSequence<T extends Sequence>({ source }: ModelConfig, datum: T): T {
  const tokens = [...datum.prompt, ...datum.completion];
  while (tokens.length > 1 && tokens.at(-1) === source.pad_token_id) tokens.pop();
  return { ...datum, prompt: tokens, completion: PLACE };
}
