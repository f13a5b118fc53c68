/** One step in figures: with true answers what the reward paid wrongly, without them what agreement is about. */

import type { PaidGroup } from "../../../core/monitor/group.js";
import { answerShift } from "../../../core/monitor/label-free/answer-shift.js";
import { attractors, type ExcessShare, excessShare } from "../../../core/monitor/label-free/excess-share.js";
import { type AnswerFigures, answerFigures } from "../../../core/monitor/label-free/figures.js";
import type { AnswerReference } from "../../../core/monitor/label-free/reference.js";
import { countsOf, tallyOf } from "../../../core/monitor/label-free/tally.js";
import { proxyAlignment } from "../../../core/monitor/proxy/alignment.js";
import { drift, majorityDrift } from "../../../core/monitor/proxy/drift.js";
import { type HackingGap, hackingGap } from "../../../core/monitor/proxy/gap.js";
import { type Payments, payments } from "../../../core/monitor/proxy/payments.js";
import { mean, shareOf } from "../../../numbers.js";
import type { AuditGroup, AuditStep } from "../source.js";
import { type AuditedFalsePay, auditedFalsePay } from "./false-pay.js";
import type { SplitError } from "./label-errors.js";
import { type GroupFigures, groupFigures } from "./votes.js";

export interface StepFigures
  extends Pick<AnswerFigures, "promptFreeAgreement" | "withinPromptAgreement" | "crossPromptAgreement"> {
  readonly step: number;
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
  readonly proxyAlignment: number | null;
  readonly drift: number | null;
  readonly splitError: SplitError;
  readonly falsePay: AuditedFalsePay | null;
  readonly excess: ExcessShare | null;
  readonly answerShift: number | null;
  readonly effectiveAnswersRatio: number | null;
  readonly distinctMajorityShare: number | null;
  readonly unanimousShare: number | null;
  readonly noAnswerShare: number;
}

/** `step` has one group at least, and each of its groups a rollout. Steps that are the reference themselves are held against nothing. */
export function stepFigures(
  { step, groups, logged, sequenceKl }: AuditStep,
  reference: AnswerReference | null,
  splitError: SplitError,
): StepFigures {
  const figures = groups.map(groupFigures);
  const tally = tallyOf(groups);
  const paid = groups.flatMap(paidGroup);
  const agreements = figures.flatMap(({ agreement }) => agreement ?? []);
  const voters = groups.flatMap(({ answers, paid: own, truth }) =>
    own === null || truth === null ? [] : [{ answers, truth }],
  );
  const rewards = figures.flatMap(({ reward }) => reward ?? []);
  const accuracies = figures.flatMap(({ accuracy }) => accuracy ?? []);
  const majorities = figures.flatMap(({ majority }) => majority ?? []);
  const shift = reference && answerShift(tally, reference);
  return {
    step,
    rollouts: tally.rollouts,
    groups: figures,
    logged,
    sequenceKl,
    agreement: agreements.length === 0 ? null : mean(agreements),
    reward: rewards.length === 0 ? null : mean(rewards),
    accuracy: accuracies.length === 0 ? null : mean(accuracies),
    gap: hackingGap(paid),
    payments: payments(paid),
    proxyAlignment: proxyAlignment(paid),
    drift: paid.every(paysMajority) ? majorityDrift(voters) : drift(paid),
    splitError,
    falsePay: auditedFalsePay(paid, reference && attractors(tally, reference), logged),
    ...answerFigures(groups),
    excess: reference && excessShare(tally, reference),
    answerShift: shift?.shift ?? null,
    effectiveAnswersRatio: shift?.effectiveAnswersRatio ?? null,
    distinctMajorityShare: majorities.length === 0 ? null : new Set(majorities).size / majorities.length,
    unanimousShare: agreements.length === 0 ? null : shareOf(agreements, (agreement) => agreement === 1),
    noAnswerShare: (tally.rollouts - tally.answered) / tally.rollouts,
  };
}

function paidGroup({ promptId, paid, label, truth }: AuditGroup): PaidGroup[] {
  if (paid === null || truth === null) return [];
  return [{ promptId, answers: paid.answers, rewards: paid.rewards, label, truth }];
}

/** Whether the label is the majority of its own rollouts, or nobody has a majority and nothing is paid. */
function paysMajority({ answers, rewards, label }: PaidGroup): boolean {
  if (label === null) return rewards.every((reward) => reward === 0);
  const counts = countsOf(answers);
  const own = counts.get(label) ?? 0;
  return own > 0 && [...counts].every(([answer, count]) => answer === label || count <= own);
}
