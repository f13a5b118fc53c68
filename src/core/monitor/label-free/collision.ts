/**
 * How much of the agreement needs no prompt: φ = B/W, from collisions of answers within a prompt (W) and between prompts (B). It falls where
 * a policy learns, as W grows; it rises to 1 where one answer takes all prompts. Agreement rises in both.
 *
 * κ = (W − B)/(1 − B) is no substitute: it rises until most prompts are captured.
 */
import type { AnsweredGroup } from "../group.js";
import { countsOf } from "./tally.js";

export interface Collisions {
  /** W: probability that two rollouts of the same prompt give the same answer, averaged over prompts. Null without a prompt with two rollouts. */
  readonly withinPrompt: number | null;
  /** B: the same of two rollouts of different prompts. Null where all are of one prompt. */
  readonly crossPrompt: number | null;
  /** φ = B/W: 0 where agreement is all about the prompt, 1 where answers ignore it. Null where W is 0, or either is unknown. */
  readonly promptFree: number | null;
}

/**
 * W = mean_g Σ_a c_ga (c_ga − 1) / (n_g (n_g − 1)) and B = (Σ_a C_a² − Σ_g Σ_a c_ga²) / (N² − Σ_g n_g²), C_a = Σ_g c_ga: both unbiased
 * for prompts and rollouts that are drawn independently. No answer agrees with nothing. Groups of the same prompt are one. Linear in the rollouts.
 */
export function collisions(groups: readonly AnsweredGroup[]): Collisions {
  const prompts = new Map<string, (string | null)[]>();
  for (const { promptId, answers } of groups) {
    const known = prompts.get(promptId);
    if (known === undefined) prompts.set(promptId, [...answers]);
    else known.push(...answers);
  }
  const pooled = new Map<string, number>();
  let [rollouts, squaredSizes, squaredCounts] = [0, 0, 0];
  let [within, pairs] = [0, 0];
  for (const answers of prompts.values()) {
    const n = answers.length;
    let same = 0;
    for (const [answer, count] of countsOf(answers)) {
      pooled.set(answer, (pooled.get(answer) ?? 0) + count);
      squaredCounts += count * count;
      same += count * (count - 1);
    }
    rollouts += n;
    squaredSizes += n * n;
    if (n < 2) continue;
    within += same / (n * (n - 1));
    pairs++;
  }
  let all = 0;
  for (const count of pooled.values()) all += count * count;
  const between = rollouts * rollouts - squaredSizes;
  const withinPrompt = pairs === 0 ? null : within / pairs;
  const crossPrompt = between === 0 ? null : (all - squaredCounts) / between;
  const known = withinPrompt !== null && withinPrompt > 0 && crossPrompt !== null;
  return { withinPrompt, crossPrompt, promptFree: known ? crossPrompt / withinPrompt : null };
}
