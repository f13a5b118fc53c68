/** Batches of answers whose statistics are known: prompts of their own answers, some of which an attractor has captured. */
import type { AnsweredGroup } from "../../../../src/core/monitor/group.js";
import type { Random } from "../../../../src/random.js";

/** Index drawn from probabilities that add up to 1. */
export function draw(probabilities: readonly number[], random: Random): number {
  let left = random.next();
  for (let i = 0; i < probabilities.length; i++) {
    left -= probabilities[i]!;
    if (left < 0) return i;
  }
  return probabilities.length - 1;
}

/** n answers of each prompt, drawn from its own probabilities over its own answers. */
export function sampleGroups(
  policies: readonly { readonly answers: readonly string[]; readonly probabilities: readonly number[] }[],
  n: number,
  random: Random,
): AnsweredGroup[] {
  return policies.map(({ answers, probabilities }, g) => ({
    promptId: `p${g}`,
    answers: Array.from({ length: n }, () => answers[draw(probabilities, random)]!),
  }));
}
