/** Refilling a batch: how many further prompts a round samples, and what is said when it never becomes full. */
import type { RejectionConfig } from "../../config/curriculum-config.js";
import { countRejections, type Rejection } from "../../core/curriculum/rejection.js";
import { SelftrainError } from "../../errors.js";

/** Rounds that may follow the first batch. */
export const refillRounds = ({ refillRounds: rounds = 4 }: RejectionConfig): number => rounds;

/** Of a whole round, the least that one samples: the share that passed is a rough guide where little is missing. */
const LEAST = 1 / 8;

/**
 * Prompts of a round: as many as the missing ones are likely to be found in, by the share that passed so far, and at most `needed`, a
 * whole round.
 */
export function refillCount(needed: number, passed: number, sampled: number): number {
  if (passed === 0) return needed;
  const likely = Math.ceil(((needed - passed) * sampled) / passed);
  return Math.min(needed, Math.max(likely, Math.ceil(LEAST * needed)));
}

/** Reasons in words of the configuration. */
const words: Readonly<Record<Rejection, string>> = {
  unparsed: "without answers (rejection.dropUnparsed)",
  agreement: "below rejection.minAgreement",
  "no-label": "without a label (rejection.zeroSignal)",
  "zero-signal": "with equal rewards (rejection.zeroSignal)",
  "reward-band": "outside rejection.rewardBand",
  "keep-fraction": "not among the best (rejection.keepFraction)",
  surplus: "not needed",
};

export function batchNotFull(
  step: number,
  rounds: number,
  target: number,
  rejected: readonly (Rejection | null)[],
): SelftrainError {
  const counts = countRejections(rejected);
  const reasons = Object.entries(counts).map(([reason, count]) => `${count} ${words[reason as Rejection]}`);
  const kept = rejected.filter((reason) => reason === null).length;
  return new SelftrainError({
    code: "batch-not-full",
    message: `step ${step} found ${kept} groups to train on in ${rejected.length} sampled ones, after ${rounds} refill rounds: ${reasons.join(", ")}`,
    found: { groups: kept, sampled: rejected.length, rejected: counts },
    expected: `${target} groups (promptsPerStep)`,
    where: "rejection",
    remedy:
      "reject less, allow more rejection.refillRounds, or take rejection.onShortBatch train, which goes on with what there is",
  });
}
