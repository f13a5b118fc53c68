/** What kind of head a model has, and where only one of the kinds will do. */
import { SelftrainError } from "../errors.js";
import { unsupported } from "./config-errors.js";
import type { HfConfig } from "./config-schema.js";

/** How the names of transformers' classes with a scalar head, or with one for several labels, end. */
export const CLASSIFIER = "ForSequenceClassification";

/** Over the vocabulary: logits of the next token. Scalar: one number for the sequence, as a reward model has it. */
export type Head = "vocabulary" | "scalar";

interface WithHead {
  readonly head: Head;
}

/** The head that `config.json` describes. Errors: `model-architecture-unsupported` for a classifier of more than one label. */
export function headOf(c: Pick<HfConfig, "architectures" | "id2label" | "num_labels">, where: string): Head {
  if (!c.architectures?.some((name) => name.endsWith(CLASSIFIER))) return "vocabulary";
  // Transformers writes the labels; without them there are two.
  const labels = c.id2label ? Object.keys(c.id2label).length : (c.num_labels ?? 2);
  if (labels === 1) return "scalar";
  throw unsupported("the number of labels (id2label)", labels, "1, the score of a reward model", where);
}

/** Errors: `model-is-reward-model` where a language model is needed, and there is none. */
export function requireLanguageModel({ head }: WithHead, where: string, key = "model"): void {
  if (head === "vocabulary") return;
  throw new SelftrainError({
    code: "model-is-reward-model",
    message: `${key} names a reward model, which scores solutions and writes none`,
    found: "a scalar head (architectures …ForSequenceClassification)",
    expected: "a language model",
    where,
    remedy: "name a language model there; a reward model goes to rewardModel",
  });
}

/** Errors: `model-is-language-model` where a reward model is needed, and there is none. */
export function requireRewardModel({ head }: WithHead, where: string, key: string): void {
  if (head === "scalar") return;
  throw new SelftrainError({
    code: "model-is-language-model",
    message: `${key} names a language model, which has no scalar head to score with`,
    found: "a head over the vocabulary",
    expected: "a reward model: architectures …ForSequenceClassification with one label",
    where,
    remedy: "train one with selftrain reward-model train, and name its run",
  });
}
