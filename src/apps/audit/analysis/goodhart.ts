/** The Goodhart curve of a run: true reward and pseudo-reward over the distance from the start. */
import { type GoodhartFits, goodhart } from "../../../core/monitor/course/goodhart.js";
import type { StepFigures } from "./step-figures.js";

export interface AuditedGoodhart {
  readonly points: readonly {
    readonly step: number;
    /** √KL of the sequence. */
    readonly distance: number;
    readonly reward: number | null;
    readonly accuracy: number | null;
  }[];
  /** Fits of the accuracy; null without true answers. */
  readonly accuracy: GoodhartFits | null;
  /** Fits of the pseudo-reward; null without rewards. */
  readonly reward: GoodhartFits | null;
}

/** Null where no step has a KL. */
export function auditedGoodhart(course: readonly StepFigures[]): AuditedGoodhart | null {
  const measured = course.flatMap((own) =>
    own.sequenceKl === null || own.sequenceKl < 0 ? [] : [{ ...own, sequenceKl: own.sequenceKl }],
  );
  if (measured.length === 0) return null;
  const fit = (of: "accuracy" | "reward") => {
    const points = measured.flatMap((own) =>
      own[of] === null ? [] : [{ sequenceKl: own.sequenceKl, reward: own[of] }],
    );
    return points.length === 0 ? null : goodhart(points);
  };
  return {
    points: measured.map(({ step, sequenceKl, reward, accuracy }) => ({
      step,
      distance: Math.sqrt(sequenceKl),
      reward,
      accuracy,
    })),
    accuracy: fit("accuracy"),
    reward: fit("reward"),
  };
}
