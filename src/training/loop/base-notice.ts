/**
 * What is known of the base's majority before the first step: from the answers of held-out prompts where there are any; else from its agreement,
 * which tells less. At 35% a majority was right on next to nothing and accuracy fell; at 69% it was right on 99%, and accuracy rose; at 28% it was
 * right on two prompts of three, and all rose (docs/experiments.md).
 */
import type { TrainConfig } from "../../config/train-config.js";
import { mean as meanOf } from "../../numbers.js";
import type { Notice, Observer } from "../../run/observer.js";
import { type BaseAccuracy, majorityNotice } from "./base-majority.js";
import type { Judged } from "./reward-samples.js";

/** Below: on most prompts no answer has even two votes in five. */
export const LOW_AGREEMENT = 0.4;
/** Above: nearly every group is unanimous, and gives no gradient. */
export const HIGH_AGREEMENT = 0.95;

/** Fewer samples agree by their number: one of two always has half of the votes. */
const LEAST_SAMPLES = 4;

const PAGE = "docs/concepts/curricula.md#the-agreement-of-the-base";

/** An agreement, and what it was measured on; accuracies where an evaluation has answers. */
export interface BaseAgreement extends Partial<Nullable<BaseAccuracy>> {
  readonly of: "evaluation" | "step";
  readonly agreement: number;
  /** Samples a prompt. */
  readonly samples: number;
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null };

/** That of the groups of a first step, none of which was selected yet. */
export const agreementOf = ({ sampled, votes }: Pick<Judged, "sampled" | "votes">): BaseAgreement => ({
  of: "step",
  agreement: meanOf(votes.map(({ share }) => share)),
  samples: sampled[0]!.rollouts.length,
});

type Config = Pick<TrainConfig, "prompts" | "evaluation"> &
  Partial<Pick<TrainConfig, "reward" | "easyFraction" | "curriculum">>;

/** Rewards that a vote of the policy, or of what it was at the start, decides. */
const VOTED: readonly TrainConfig["reward"][] = [
  "majority",
  "soft",
  "majority-novelty",
  "ema-teacher",
  "fixed-teacher",
  "mixed",
];

/** What tells most about the prompts that are trained on: the evaluation where it is on prompts like them, else the first step. */
function bestSource({ prompts, evaluation, easyFraction = 1, curriculum }: Config): BaseAgreement["of"] {
  const alike =
    evaluation.prompts === undefined &&
    prompts.subset === undefined &&
    curriculum === undefined &&
    easyFraction === 1;
  return alike && evaluation.size > 0 ? "evaluation" : "step";
}

/** The notice; null where this is not what is to be judged by, or says nothing. */
export function baseNotice(
  { of, agreement, samples, mean, maj, greedy }: BaseAgreement,
  config: Config,
): Notice | null {
  const { reward = "majority" } = config;
  if (of !== bestSource(config) || samples < LEAST_SAMPLES || !VOTED.includes(reward)) return null;
  // Nobody answers: that has a notice of its own, and no majority to speak of.
  if (agreement === 0) return null;
  const where = of === "evaluation" ? "the evaluation at step 0" : "the first step, before its update";
  const message = (meaning: string) =>
    `agreement of the base is ${(100 * agreement).toFixed(1)}% (${where}, ${samples} samples a prompt): ${meaning}`;
  const code = "base-agreement";
  if (agreement > HIGH_AGREEMENT)
    return {
      code,
      message: message("nearly all groups are unanimous and give no gradient: little is left to sharpen"),
      expected: "votes that are divided",
      remedy: `take harder prompts: other --levels, or selftrain label and selftrain select; ${PAGE}`,
    };
  if (mean && maj && greedy)
    return majorityNotice({ mean, maj, greedy }, samples, config.reward, help(config));
  if (agreement < LOW_AGREEMENT)
    return {
      code,
      message: message(
        "votes meet on little, and on most prompts the majority may be wrong; self-training then raises agreement, not accuracy",
      ),
      expected: "more agreement, or a majority that is right on prompts with answers (selftrain eval)",
      remedy: `${help(config).join(", or ")}; ${PAGE}`,
    };
  return {
    code,
    message: message(
      "votes are divided, so there is something to learn; whether majorities are right, it does not say",
    ),
    remedy: `compare maj with mean on prompts with answers (selftrain eval); ${PAGE}`,
  };
}

/** Settings that help where the majority is wrong, those left out that are on. */
function help({ reward, easyFraction, curriculum, prompts }: Config): string[] {
  const trained = reward !== undefined;
  return [
    ...(easyFraction === undefined || easyFraction === 1
      ? [
          trained && prompts.subset === undefined
            ? "train on what the base agrees on (--easy-fraction 0.33)"
            : "train on what the base agrees on (selftrain label, selftrain select, --subset)",
        ]
      : []),
    ...(trained && reward !== "fixed-teacher"
      ? ["on labels of a teacher that stays (--reward fixed-teacher)"]
      : []),
    ...(trained && !curriculum?.groundTruthStages
      ? ["on true answers at a first level (curriculum.groundTruthStages)"]
      : []),
  ];
}

/** Says it, where there is something to say. */
export function noticeBase(found: BaseAgreement, config: Config, observer: Observer | undefined): void {
  const notice = baseNotice(found, config);
  if (notice) observer?.({ type: "notice", ...notice });
}
