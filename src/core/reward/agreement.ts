/** The share of a vote below which it rewards nobody. */
import { SelftrainError } from "../../errors.js";

/** Throws `reward-threshold-out-of-range`; returns the threshold. */
export function checkThreshold(threshold: number): number {
  if (threshold >= 0 && threshold <= 1) return threshold;
  throw new SelftrainError({
    code: "reward-threshold-out-of-range",
    message: "The agreement threshold is a share of the rollouts",
    found: threshold,
    expected: "a number from 0 to 1",
    where: "agreementThreshold",
    remedy: "Give a threshold such as 0.6, or 0 to reward every group",
  });
}

/** The label of a vote with at least this agreement; null otherwise. */
export const agreedLabel = (
  { label, share }: { readonly label: string | null; readonly share: number },
  threshold: number,
): string | null => (share < threshold ? null : label);
