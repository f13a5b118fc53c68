/**
 * What a detector says of a series. A detector makes watches; a watch is shown one value after another and judges each by what it has seen so
 * far, so that no verdict can depend on what comes later. Everything here is a pure function of the series, and a seed where one is drawn from.
 */

/** A value of a series; null where the step has none. */
export interface Point {
  readonly step: number;
  readonly value: number | null;
  /** Independent outcomes that a share was counted over, where that is known. */
  readonly trials?: number;
}

export interface Verdict {
  readonly verdict: "ok" | "warn" | "alarm";
  /** What is held against the bound: the series' own value, or the statistic that the detector makes of it. */
  readonly value: number | null;
  /** Null as long as there is none, as while a detector learns what is normal. */
  readonly bound: number | null;
  readonly step: number;
  /** The figures that the verdict rests on, by name. */
  readonly evidence: Readonly<Record<string, number>>;
}

/** Shown the values in the order of their steps, says its verdict on each. */
export type Watch<P = Point> = (point: P) => Verdict;

/** A new watch, which has seen nothing. */
export type Detector = () => Watch;

/** A value that is there. */
export interface Seen extends Point {
  readonly value: number;
}

/**
 * A watch of the values that there are. One that is missing, or no finite number, changes nothing: the last verdict stands, without a value, and
 * `skipped` counts.
 */
export function skippingMissing(watch: Watch<Seen>): Watch {
  let standing: Verdict["verdict"] = "ok";
  let bound: number | null = null;
  let skipped = 0;
  return ({ value, ...point }) => {
    if (value === null || !Number.isFinite(value)) {
      skipped++;
      return { verdict: standing, value: null, bound, step: point.step, evidence: { skipped } };
    }
    const verdict = watch({ ...point, value });
    ({ verdict: standing, bound } = verdict);
    return skipped === 0 ? verdict : { ...verdict, evidence: { ...verdict.evidence, skipped } };
  };
}

/** An alarm only after so many in a row; a warning until then. */
export function inARow<P>(watch: Watch<P>, patience: number): Watch<P> {
  let row = 0;
  return (point) => {
    const found = watch(point);
    row = found.verdict === "alarm" ? row + 1 : 0;
    if (patience === 1 || row === 0) return found;
    const evidence = { ...found.evidence, inARow: row, patience };
    return { ...found, verdict: row < patience ? "warn" : "alarm", evidence };
  };
}

/** The verdicts on a whole series, a verdict a point. */
export function verdictsOn(detector: Detector, points: readonly Point[]): Verdict[] {
  const watch = detector();
  return points.map((point) => watch(point));
}
