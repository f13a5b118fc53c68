/** True answers made wrong at a given rate, for experiments on how much of that training bears. */
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import { drawFor } from "./draws.js";

/**
 * Each label is replaced with probability `rate` by another of the distinct labels, each as likely: always a wrong answer, and one to some
 * other prompt. Which labels, and by what, is decided by seed and prompt id, and stays so for the whole run.
 *
 * Throws `label-noise-impossible` where a label is to be replaced and all are the same.
 */
export function withNoise(labels: HiddenLabels, rate: number, seed: number): HiddenLabels {
  if (rate === 0) return labels;
  const answers = [...new Set(labels.values())].sort();
  return new Map(
    [...labels].map(([id, label]) => [
      id,
      drawFor("noisy", seed, id) < rate ? another(answers, label, drawFor("wrong", seed, id)) : label,
    ]),
  );
}

function another(answers: readonly string[], label: string, u: number): string {
  const others = answers.filter((answer) => answer !== label);
  if (others.length > 0) return others[Math.floor(u * others.length)]!;
  throw new SelftrainError({
    code: "label-noise-impossible",
    message: "All prompts have the same true answer, and none other can take its place",
    found: label,
    expected: "two distinct answers or more",
    where: "labelNoise",
    remedy: "Leave labelNoise out, or train on prompts with different answers",
  });
}
