/** What a reward source returned, before anything is made of it: a mistake is an error, and never a reward of 0. */
import { SelftrainError } from "../../errors.js";
import type { GroupReward, RewardBatch } from "./reward-source.js";

/**
 * Returns the rewards. Throws `reward-groups-mismatch` unless there is one a group, `reward-group-malformed` unless each says whether the group is rewarded, `reward-length-mismatch` unless each has a number (and, where
 * it has scores, a score) for every rollout, `reward-not-finite` where one is no finite number, and `reward-unpaid-not-zero` where a group that gives no
 * reward has one other than 0.
 */
export function checkRewards(
  name: string,
  { step, groups }: RewardBatch,
  rewards: readonly GroupReward[],
): readonly GroupReward[] {
  const wrong = (code: string, message: string, found: unknown, expected: string, prompt?: string) =>
    new SelftrainError({
      code,
      message: `The ${name} reward ${message}`,
      found,
      expected,
      where: prompt === undefined ? `step ${step}` : `step ${step}, prompt ${prompt}`,
      remedy: "Mend the reward; the step was not trained, and --resume does it again",
    });
  const count = Array.isArray(rewards) ? rewards.length : typeof rewards;
  if (count !== groups.length)
    throw wrong(
      "reward-groups-mismatch",
      "did not return one reward a group",
      count,
      `a list of ${groups.length}, one for each group in order`,
    );
  groups.forEach(({ prompt, rollouts }, g) => {
    const own = rewards[g] as Partial<GroupReward> | null | undefined;
    const { rewards: paid = [], scores, rewarded } = own ?? {};
    if (typeof rewarded !== "boolean")
      throw wrong(
        "reward-group-malformed",
        "did not say of a group whether it is rewarded",
        own,
        "{ label, rewards, rewarded: true or false }",
        prompt.id,
      );
    for (const [what, values] of Object.entries({ rewards: paid, ...(scores && { scores }) })) {
      if (!Array.isArray(values) || values.length !== rollouts.length)
        throw wrong(
          "reward-length-mismatch",
          `did not return one of its ${what} a rollout`,
          Array.isArray(values) ? values.length : typeof values,
          `${rollouts.length} numbers, in the order of the rollouts`,
          prompt.id,
        );
      const at = values.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
      if (at >= 0)
        throw wrong(
          "reward-not-finite",
          `returned no finite number among its ${what}, of rollout ${at}`,
          String(values[at]),
          "a finite number",
          prompt.id,
        );
    }
    if (!rewarded && paid.some((reward) => reward !== 0))
      throw wrong(
        "reward-unpaid-not-zero",
        "gives a group no reward, and pays its rollouts",
        paid,
        "rewards of 0 where `rewarded` is false",
        prompt.id,
      );
  });
  return rewards;
}
