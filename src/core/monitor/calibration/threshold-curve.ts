/** What would be kept, and how right it is, if only prompts of some agreement were: figure 9 of SRT (arXiv 2505.21444, version 1). */
import { mean, shareOf } from "../../../numbers.js";
import type { JudgedPrompt } from "./confidence.js";

export interface ThresholdPoint {
  readonly threshold: number;
  /** Share of the prompts whose confidence reaches it. */
  readonly covered: number;
  /** Share of those whose majority is right; null where there are none. */
  readonly majorityAccuracy: number | null;
  /** Mean accuracy of their rollouts; null where there are none. */
  readonly meanAccuracy: number | null;
}

const TENTHS: readonly number[] = Array.from({ length: 11 }, (_, i) => i / 10);

/** A point a threshold. Empty without prompts. */
export function thresholdCurve(
  prompts: readonly JudgedPrompt[],
  thresholds: readonly number[] = TENTHS,
): ThresholdPoint[] {
  if (prompts.length === 0) return [];
  return thresholds.map((threshold) => {
    const kept = prompts.filter(({ confidence }) => confidence >= threshold);
    const none = kept.length === 0;
    return {
      threshold,
      covered: kept.length / prompts.length,
      majorityAccuracy: none ? null : shareOf(kept, ({ right }) => right),
      meanAccuracy: none ? null : mean(kept.map(({ accuracy }) => accuracy)),
    };
  });
}
