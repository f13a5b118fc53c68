/** The keys by which a training run uses a reward model, and which of their values contradict each other. */
import { z } from "zod";

export const rewardModelKeys = {
  rewardModel: z
    .string()
    .optional()
    .describe(
      "Reward model, for reward model, vote.weights reward-model and evaluation.bestOfN: its folder, a run of `selftrain reward-model train`, or org/name[@revision] on the hub",
    ),
  rewardScore: z
    .enum(["sigmoid", "raw"])
    .optional()
    .describe("What reward model pays: the probability σ(score), by default, or the score itself"),
} as const;

export type RewardScore = NonNullable<z.output<typeof rewardModelKeys.rewardScore>>;

interface Uses {
  readonly rewardModel?: string | undefined;
  readonly rewardScore?: RewardScore | undefined;
  readonly reward: string;
  readonly vote: { readonly weights: string };
  readonly evaluation: { readonly size: number; readonly bestOfN: boolean };
}

/** What a reward model may be used for. */
const usesOf = ({ reward, vote, evaluation }: Pick<Uses, "reward" | "vote" | "evaluation">) =>
  [
    { used: reward === "model", path: ["reward"], what: "reward model" },
    {
      used: vote.weights === "reward-model",
      path: ["vote", "weights"],
      what: "vote.weights reward-model",
    },
    { used: evaluation.bestOfN, path: ["evaluation", "bestOfN"], what: "evaluation.bestOfN" },
  ] as const;

/** Whether a run has a use for a reward model, without which `rewardModel` is refused. */
export const usesRewardModel = (config: Parameters<typeof usesOf>[0]): boolean =>
  usesOf(config).some(({ used }) => used);

/** Reports each contradiction at one of its keys, naming both. */
export function checkRewardModel(
  { rewardModel, rewardScore, reward, vote, evaluation }: Uses,
  check: z.core.$RefinementCtx,
): void {
  const refuse = (path: readonly string[], message: string, remedy: string) =>
    check.addIssue({ code: "custom", path: [...path], message, params: { remedy } });
  const uses = usesOf({ reward, vote, evaluation });
  if (rewardModel === undefined)
    for (const { used, path, what } of uses)
      if (used)
        refuse(
          path,
          `${what} scores solutions, and there is no rewardModel to score them with`,
          "give rewardModel",
        );
  if (rewardModel !== undefined && !uses.some(({ used }) => used))
    refuse(
      ["rewardModel"],
      `rewardModel ${rewardModel} is used by nothing: reward is ${reward}, vote.weights ${vote.weights}, and evaluation.bestOfN is not asked for`,
      "take reward model, vote.weights reward-model or evaluation.bestOfN, or leave it out",
    );
  if (rewardScore !== undefined && reward !== "model")
    refuse(
      ["rewardScore"],
      `rewardScore ${rewardScore} is about what reward model pays, and reward is ${reward}`,
      "take reward model, or leave it out",
    );
  if (vote.weights === "reward-model" && reward === "ema-teacher")
    refuse(
      ["vote", "weights"],
      "vote.weights reward-model weighs the policy's votes, and reward ema-teacher has a teacher whose votes are not scored",
      "take other weights, or reward majority",
    );
  if (evaluation.bestOfN && evaluation.size === 0)
    refuse(
      ["evaluation", "bestOfN"],
      "evaluation.bestOfN measures held-out prompts, and evaluation.size 0 holds out none",
      "give evaluation.size, or leave it out",
    );
}
