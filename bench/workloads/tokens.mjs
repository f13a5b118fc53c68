/** Random token ids. Any would do: the time does not depend on them. */
import { uniform } from "selftrain";
import { settings } from "../settings.mjs";

/** `streams` tell one sequence from another. */
export function randomTokens({ vocabSize }, length, ...streams) {
  return Array.from({ length }, (_, t) => Math.floor(uniform(settings.seed, ...streams, t) * vocabSize));
}

/** Sampling of exactly `maxTokens` tokens: nothing ends a completion early. */
export function samplingOptions(maxTokens) {
  return { maxTokens, temperature: 1, stopTokens: [] };
}

/** Throws where some completion was cut short. */
export function checkLengths(completions, count, length) {
  const complete = completions.filter((completion) => completion.tokens.length === length).length;
  if (complete !== count) throw new Error(`${complete} of ${count} completions have ${length} tokens`);
}
