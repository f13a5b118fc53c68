/** A batch of groups and their votes for tests of reward sources. */
import type { RewardBatch } from "../../../src/core/reward/reward-source.js";
import { majorityVote, type VoteOptions } from "../../../src/core/vote/majority.js";
import { makeGroup } from "./make-group.js";

type Answers = readonly (string | null)[];

/** Groups by prompt id; `voters` more answers each that vote and are not trained. */
export function makeBatch(
  answers: Readonly<Record<string, Answers>>,
  {
    step = 1,
    voters = {},
    vote = {},
  }: { step?: number; voters?: Record<string, Answers>; vote?: VoteOptions } = {},
): RewardBatch {
  const entries = Object.entries(answers);
  return {
    step,
    groups: entries.map(([id, list]) => makeGroup(id, list)),
    votes: entries.map(([id, list]) => majorityVote([...list, ...(voters[id] ?? [])], vote)),
  };
}
