/** The labels that a reward is made of, where it is made of any: the pool's, and a teacher's. */
import type { TrainConfig } from "../../config/train-config.js";
import { agreedLabel } from "../../core/reward/agreement.js";
import type { RewardParts } from "../../core/reward/create.js";
import { withNoise } from "../../core/reward/label-noise.js";
import { labelledPart } from "../../core/reward/mixed.js";
import { type PromptPool, placeOf } from "../../data/pool.js";
import { SelftrainError } from "../../errors.js";
import type { HiddenLabels } from "../../group.js";
import type { TeacherVotes } from "./teacher-votes.js";

/** Each is asked for by the arm alone that is made of it. */
export function storedLabels(
  config: TrainConfig,
  pool: () => PromptPool,
  votes: () => TeacherVotes,
): Pick<RewardParts, "groundTruth" | "labelledPart" | "teacher"> {
  const { agreementThreshold } = config;
  return {
    groundTruth: () => trueLabels(pool(), config),
    labelledPart: () => partlyTrueLabels(pool(), config),
    teacher: () => new Map([...votes()].map(([id, vote]) => [id, agreedLabel(vote, agreementThreshold)])),
  };
}

/** True answers with the noise that is asked for. Throws `reward-label-missing` where a prompt has none, and as `withNoise`. */
export function trueLabels(pool: PromptPool, { labelNoise, seed }: TrainConfig): HiddenLabels {
  return withNoise(completeLabels(pool), labelNoise, seed);
}

/** The same of the labelled part. Throws `reward-label-missing` where that is nobody, and as `withNoise`. */
export function partlyTrueLabels(pool: PromptPool, config: TrainConfig): HiddenLabels {
  return withNoise(someLabels(pool, config), config.labelNoise, config.seed);
}

/** Labels of the labelled part. */
function someLabels({ labels, prompts }: PromptPool, { labelledShare = 1, seed }: TrainConfig): HiddenLabels {
  const part = labelledPart(labels, labelledShare, seed);
  if (part.size > 0) return part;
  throw new SelftrainError({
    code: "reward-label-missing",
    message: "the mixed reward has no labelled prompt",
    found: `${labels.size} of ${prompts.length} prompts with a true answer, of which the share ${labelledShare} is used`,
    expected: "one labelled prompt or more",
    where: "labelledShare",
    remedy: "give prompts true answers, raise labelledShare, or train with the majority reward",
  });
}

/** The pool's labels, of every prompt: one without is better known now than at its turn. */
function completeLabels(pool: PromptPool): HiddenLabels {
  const { prompts, labels } = pool;
  const unlabelled = prompts.filter(({ id }) => !labels.has(id));
  if (unlabelled.length === 0) return labels;
  throw new SelftrainError({
    code: "reward-label-missing",
    message: "the ground-truth reward has no label for some prompts",
    found: `${unlabelled.length} of ${prompts.length} prompts without a true answer`,
    expected: "a true answer to every training prompt",
    where: placeOf(pool, unlabelled[0]!.id),
    remedy: "give them answers or remove them, or train with the majority reward",
  });
}
