/**
 * Which sampled groups a step trains on. Pure: a function of the groups, their votes and rewards, so that a run's decisions can be made
 * again from its rollouts.
 */

import type { Group } from "../../group.js";
import { mean } from "../../numbers.js";
import { isAnswer } from "../answer/same.js";
import type { GroupReward } from "../reward/reward-source.js";
import type { VoteResult } from "../vote/majority.js";

/** Why a group is not trained on, in the order in which it is asked. */
export const rejections = [
  /** Fewer than two rollouts have an answer. */
  "unparsed",
  /** The largest class holds too few votes. */
  "agreement",
  /** The group gives no reward: nobody answered, or a tie stayed one. */
  "no-label",
  /** All of its rewards are equal. */
  "zero-signal",
  /** Its mean reward lies outside the band. */
  "reward-band",
  /** It passed, and others are better. */
  "keep-fraction",
  /** It passed when the batch was full. */
  "surplus",
] as const;
export type Rejection = (typeof rejections)[number];

export interface RejectionRules {
  readonly dropUnparsed: boolean;
  /** Least share of the votes that the largest class must hold. */
  readonly minAgreement: number;
  readonly zeroSignal: boolean;
  /** Least and greatest mean reward, both inclusive. */
  readonly rewardBand?: readonly number[] | undefined;
  /** Share of the groups that passed which are trained on. */
  readonly keepFraction: number;
  readonly keepBy: "agreement" | "signal";
}

export interface Candidate {
  readonly group: Group;
  readonly vote: VoteResult;
  readonly reward: GroupReward;
}

/** A group as it is trained on. */
export interface TrainedGroup {
  readonly group: Group;
  readonly reward: GroupReward;
  /** Index among the candidates. */
  readonly candidate: number;
  /** Index in the sampled group of each rollout that is left. */
  readonly samples: readonly number[];
}

export interface Selection {
  readonly trained: readonly TrainedGroup[];
  /** Why each candidate is not trained on; null where it is. */
  readonly rejected: readonly (Rejection | null)[];
}

/** Candidates that must pass for a batch of `target` groups. */
export const passesNeeded = (
  target: number,
  { keepFraction }: Pick<RejectionRules, "keepFraction">,
): number => Math.ceil(target / keepFraction - 1e-9);

/**
 * The group without the rollouts that have no answer, where they are to be dropped. Its vote is not taken again: they had none. A group of
 * one stays a group of one.
 */
export function trainable(
  { group, reward }: Candidate,
  dropUnparsed: boolean,
): Omit<TrainedGroup, "candidate"> {
  const all = group.rollouts.map((_, sample) => sample);
  const samples = dropUnparsed ? all.filter((sample) => isAnswer(group.rollouts[sample]!.answer)) : all;
  if (samples.length === all.length) return { group, reward, samples };
  return {
    group: { ...group, rollouts: samples.map((sample) => group.rollouts[sample]!) },
    reward: { ...reward, rewards: samples.map((sample) => reward.rewards[sample]!) },
    samples,
  };
}

/** Why a group is rejected, looked at alone; null where it passes. */
export function rejectionOf(candidate: Candidate, rules: RejectionRules): Rejection | null {
  const { group, reward, samples } = trainable(candidate, rules.dropUnparsed);
  if (samples.length < Math.min(2, candidate.group.rollouts.length)) return "unparsed";
  if (candidate.vote.share < rules.minAgreement) return "agreement";
  if (rules.zeroSignal) {
    if (!reward.rewarded) return "no-label";
    if (group.rollouts.length > 0 && reward.rewards.every((own) => own === reward.rewards[0]))
      return "zero-signal";
  }
  if (rules.rewardBand !== undefined) {
    const [least = 0, most = 0] = rules.rewardBand;
    const own = mean(reward.rewards);
    if (!(own >= least && own <= most)) return "reward-band";
  }
  return null;
}

/** What `keepFraction` compares: agreement, or the spread of the rewards (their variance, greatest where half are paid). */
function groupScore({ vote, reward }: Candidate, keepBy: RejectionRules["keepBy"]): number {
  if (keepBy === "agreement") return vote.share;
  const centre = mean(reward.rewards);
  return mean(reward.rewards.map((own) => (own - centre) ** 2));
}

/**
 * The groups to train on, at most `target` of them, in the order of the candidates. Of those that pass, the first `passesNeeded` are looked
 * at, and the best share `keepFraction` of them kept; of equally good ones those that came first.
 */
export function selectGroups(
  candidates: readonly Candidate[],
  rules: RejectionRules,
  target: number,
): Selection {
  const rejected = candidates.map((candidate) => rejectionOf(candidate, rules));
  const passed = candidates.flatMap((_, i) => (rejected[i] === null ? [i] : []));
  const needed = passesNeeded(target, rules);
  for (const i of passed.slice(needed)) rejected[i] = "surplus";
  const compared = passed.slice(0, needed);
  const kept =
    compared.length === needed
      ? target
      : Math.min(compared.length, Math.max(1, Math.floor(rules.keepFraction * compared.length)));
  const score = new Map(compared.map((i) => [i, groupScore(candidates[i]!, rules.keepBy)]));
  const best =
    rules.keepFraction === 1
      ? compared
      : compared.toSorted((a, b) => score.get(b)! - score.get(a)! || a - b).slice(0, kept);
  const chosen = new Set(best);
  for (const i of compared) if (!chosen.has(i)) rejected[i] = "keep-fraction";
  const trained = candidates.flatMap((candidate, i) =>
    chosen.has(i) ? [{ ...trainable(candidate, rules.dropUnparsed), candidate: i }] : [],
  );
  return { trained, rejected };
}

/** How many candidates were rejected for each reason; reasons without any are left out. */
export function countRejections(rejected: readonly (Rejection | null)[]): Partial<Record<Rejection, number>> {
  return Object.fromEntries(
    rejections.flatMap((reason) => {
      const count = rejected.filter((own) => own === reason).length;
      return count === 0 ? [] : [[reason, count]];
    }),
  );
}
