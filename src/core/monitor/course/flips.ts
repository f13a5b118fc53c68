/** Prompts that are asked again and again: whose majority flips, and whose is locked after it had flipped (TTRL-Guard, arXiv 2605.19444). */
import { shareOf } from "../../../numbers.js";

export interface Flips {
  /** Share of the prompts whose majority differs from that of the time before; null the first time. */
  readonly flipRate: number | null;
  /** Share whose majority flipped in the last `window` times; null the first time. */
  readonly flippedShare: number | null;
  /** Share that flipped, and not in the last `window` times; null as long as there were not so many. */
  readonly lockedShare: number | null;
}

/**
 * Of the latest of E times. No majority is a majority of its own: that a prompt gets one, or loses it, is a flip.
 *
 * @param labels_P_E majority of each prompt each time, null where there was none; one prompt and one time at the least
 */
export function flips(labels_P_E: readonly (readonly (string | null)[])[], window: number): Flips {
  const times = labels_P_E[0]!.length;
  const flipped = labels_P_E.map((labels) => labels.map((label, e) => e > 0 && label !== labels[e - 1]));
  const recent = (of: readonly boolean[]) => of.slice(-window).some((own) => own);
  return {
    flipRate: times < 2 ? null : shareOf(flipped, (of) => of.at(-1)!),
    flippedShare: times < 2 ? null : shareOf(flipped, recent),
    lockedShare: times <= window ? null : shareOf(flipped, (of) => of.some((own) => own) && !recent(of)),
  };
}
