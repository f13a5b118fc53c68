/** One step in figures: with true answers what the reward paid wrongly, without them what agreement is about. */

import type { PaidGroup } from "../../../core/monitor/group.js";
import { answerShift } from "../../../core/monitor/label-free/answer-shift.js";
import { collisions } from "../../../core/monitor/label-free/collision.js";
import { type ExcessShare, excessShare } from "../../../core/monitor/label-free/excess-share.js";
import type { AnswerReference } from "../../../core/monitor/label-free/reference.js";
import { countsOf, tallyOf } from "../../../core/monitor/label-free/tally.js";
import { proxyAlignment } from "../../../core/monitor/proxy/alignment.js";
import { drift, leaveOneOutRewards } from "../../../core/monitor/proxy/drift.js";
import { type HackingGap, hackingGap } from "../../../core/monitor/proxy/gap.js";
import { type Payments, payments } from "../../../core/monitor/proxy/payments.js";
import { mean, shareOf } from "../../../numbers.js";
import type { AuditGroup, AuditStep } from "../source.js";
import { type GroupFigures, groupFigures } from "./votes.js";

export interface StepFigures {
  readonly step: number;
  /** Whether its answers are part of the reference, which they then differ less from than other steps do. */
  readonly inReference: boolean;
  readonly rollouts: number;
  readonly groups: readonly GroupFigures[];
  readonly logged: Readonly<Record<string, number>>;
  readonly sequenceKl: number | null;
  /** Over the groups of two rollouts and more; null where there is none. */
  readonly agreement: number | null;
  /** Null where no group has a reward. */
  readonly reward: number | null;
  /** Over the groups whose truth is known; null where it is of none. */
  readonly accuracy: number | null;
  readonly gap: HackingGap | null;
  readonly payments: Payments | null;
  readonly alignment: number | null;
  readonly drift: number | null;
  readonly withinPrompt: number | null;
  readonly crossPrompt: number | null;
  /** φ. */
  readonly promptFree: number | null;
  readonly excess: ExcessShare | null;
  readonly answerShift: number | null;
  readonly effectiveAnswersRatio: number | null;
  readonly distinctMajorityShare: number | null;
  readonly unanimousShare: number | null;
  readonly noAnswerShare: number;
}

/** `step` has one group at least, and each of its groups a rollout. */
export function stepFigures(
  { step, groups, logged, sequenceKl }: AuditStep,
  reference: AnswerReference,
  inReference: boolean,
): StepFigures {
  const figures = groups.map(groupFigures);
  const tally = tallyOf(groups);
  const paid = groups.flatMap(paidGroup);
  const agreements = figures.flatMap(({ agreement }) => agreement ?? []);
  const rewards = figures.flatMap(({ reward }) => reward ?? []);
  const accuracies = figures.flatMap(({ accuracy }) => accuracy ?? []);
  const majorities = figures.flatMap(({ majority }) => majority ?? []);
  const shift = answerShift(tally, reference);
  return {
    step,
    inReference,
    rollouts: tally.rollouts,
    groups: figures,
    logged,
    sequenceKl,
    agreement: agreements.length === 0 ? null : mean(agreements),
    reward: rewards.length === 0 ? null : mean(rewards),
    accuracy: accuracies.length === 0 ? null : mean(accuracies),
    gap: hackingGap(paid),
    payments: payments(paid),
    alignment: proxyAlignment(paid),
    drift: drift(paid, trainingRewards),
    ...collisions(groups),
    excess: excessShare(tally, reference),
    answerShift: shift.shift,
    effectiveAnswersRatio: shift.effectiveAnswersRatio,
    distinctMajorityShare: majorities.length === 0 ? null : new Set(majorities).size / majorities.length,
    unanimousShare: agreements.length === 0 ? null : shareOf(agreements, (agreement) => agreement === 1),
    noAnswerShare: (tally.rollouts - tally.answered) / tally.rollouts,
  };
}

function paidGroup({ promptId, paid, label, truth }: AuditGroup): PaidGroup[] {
  if (paid === null || truth === null) return [];
  return [{ promptId, answers: paid.answers, rewards: paid.rewards, label, truth }];
}

/** Where the group's own majority is paid, each rollout is paid by the others' vote: its own voice is in the label. */
function trainingRewards({ answers, rewards, label }: PaidGroup): readonly number[] {
  const counts = label === null ? null : countsOf(answers);
  const own = counts?.get(label!) ?? 0;
  const isMajority = counts !== null && own > 0 && [...counts].every(([a, n]) => a === label || n < own);
  return isMajority ? leaveOneOutRewards(answers) : rewards;
}
