/** Rewards by comparison: all that any reward source may do with an answer is compare it with its label. */

import type { Group } from "../../group.js";
import { sameAnswer } from "../answer/same.js";
import type { GroupReward } from "./reward-source.js";

/** What a group that gives no reward has. */
export const unrewarded = ({ rollouts }: Group): GroupReward => ({
  label: null,
  rewards: rollouts.map(() => 0),
  rewarded: false,
});

/** 1 for each rollout whose answer is the label, else 0; all 0 where there is no label. */
export function rewardMatches(group: Group, label: string | null): GroupReward {
  return {
    label,
    rewards: group.rollouts.map(({ answer }) => (sameAnswer(answer, label) ? 1 : 0)),
    rewarded: label !== null,
  };
}
