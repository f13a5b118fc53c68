/** What a plot of curves over steps is, and what its drawing code needs: plain data, so that a page can carry it. */
import type { Unit } from "../../../core/monitor/catalogue/metric.js";
import { ARM_STYLES, type ArmKey } from "../palette.js";
import type { Curve } from "../series.js";
import type { PhaseStretch } from "./phase-cells.js";

export interface PlotCurve {
  readonly label: string;
  readonly arm: ArmKey;
  /** Undefined where the metric was not logged: the curve is left out. */
  readonly curve: Curve | undefined;
  /** Ends of a confidence band, on the same steps as the curve. */
  readonly band?: { readonly low: Curve | undefined; readonly high: Curve | undefined };
  /** Replaces the arm's own dash, to tell two metrics of one arm apart. */
  readonly dash?: readonly number[];
  /** Mark the values; by default where there are few. */
  readonly points?: boolean;
}

/** Something that happened at a step: a vertical line with its words. */
export interface PlotMark {
  readonly step: number;
  readonly text: string;
}

export interface PlotSpec {
  readonly title: string;
  readonly help: string;
  readonly unit: Unit;
  readonly curves: readonly PlotCurve[];
  /** Ends of the vertical axis; fitted to the data where it is not given. */
  readonly range?: readonly [low: number, high: number];
  /** Plots of one group move their cursors together. */
  readonly group?: string;
  /** Bands as areas behind the curves, where they have many steps; by default they are bars at each. */
  readonly areas?: boolean;
  /** Shade what lies between the first two curves. */
  readonly shade?: boolean;
  /** A logarithmic vertical axis; values of 0 and below are gaps in it. */
  readonly log?: boolean;
  readonly marks?: readonly PlotMark[];
  /** Phases of the run, as a ribbon at the foot. */
  readonly phases?: readonly PhaseStretch[];
}

/** A curve as it is drawn: `values`, `low` and `high` have an entry a step. */
export interface PlotSeries {
  readonly label: string;
  readonly color: ArmKey;
  readonly dash: readonly number[];
  readonly points: boolean;
  readonly steps: readonly number[];
  readonly values: readonly (number | null)[];
  readonly low: readonly (number | null)[] | null;
  readonly high: readonly (number | null)[] | null;
}

export interface PlotData {
  readonly unit: Unit;
  readonly range: readonly [number, number] | null;
  readonly group: string | null;
  readonly areas: boolean;
  readonly shade: boolean;
  readonly log: boolean;
  readonly marks: readonly PlotMark[];
  readonly phases: readonly PhaseStretch[];
  readonly series: readonly PlotSeries[];
}

const POINTS_UP_TO = 30;

/** The data of a plot; undefined where no curve has a value. */
export function plotData(spec: PlotSpec): PlotData | undefined {
  const curves = spec.curves.flatMap((entry) => (entry.curve ? [{ ...entry, curve: entry.curve }] : []));
  if (curves.length === 0) return undefined;
  return {
    unit: spec.unit,
    range: spec.range ?? null,
    group: spec.group ?? null,
    areas: spec.areas ?? false,
    shade: spec.shade ?? false,
    log: spec.log ?? false,
    marks: spec.marks ?? [],
    phases: spec.phases ?? [],
    series: curves.map(({ label, arm, curve, band, dash, points }) => ({
      label,
      color: arm,
      dash: dash ?? ARM_STYLES[arm].dash,
      points: points ?? curve.steps.length <= POINTS_UP_TO,
      steps: curve.steps,
      values: curve.values,
      low: bandEnd(curve, band?.low),
      high: bandEnd(curve, band?.high),
    })),
  };
}

/** A band's end on the curve's steps: null where the band has no value there. */
function bandEnd(line: Curve, end: Curve | undefined): readonly (number | null)[] | null {
  if (!end) return null;
  const values = new Map(end.steps.map((step, i) => [step, end.values[i] ?? null]));
  return line.steps.map((step) => values.get(step) ?? null);
}

/** Last value of a series that is not a gap. */
export const lastOf = ({ values }: Pick<PlotSeries, "values">): number | null =>
  values.findLast((value) => value !== null) ?? null;
