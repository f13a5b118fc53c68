/**
 * Small interval plots: a dot for the estimate, a bar for its confidence interval, on an axis that all rows of a
 * table share. The reference interval (the base's) is a band behind every row, so that one sees at a glance whether
 * an interval clears it.
 */
import type { VNode } from "preact";
import type { Interval } from "../format.js";
import type { ArmKey } from "../palette.js";

/** An estimate with its confidence interval, as shares in [0, 1]. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/** Drawing area in SVG units; the picture scales with the column. */
export const PLOT_WIDTH = 220;
const PLOT_HEIGHT = 22;
const MARGIN = 10;

/** The axis of a table: the shares at its left and right end, and its ticks. */
export interface IntervalAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** The smallest axis on round tenths that holds all estimates with their intervals; [0, 1] where there are none. */
export function intervalAxis(estimates: readonly Estimate[]): IntervalAxis {
  const ends = estimates.flatMap(({ value, interval }) => [value, ...interval]).filter(Number.isFinite);
  const lowTenth = ends.length === 0 ? 0 : Math.max(0, Math.floor(10 * Math.min(...ends) - 0.05));
  const highTenth = ends.length === 0 ? 10 : Math.min(10, Math.ceil(10 * Math.max(...ends) + 0.05));
  const spread = Math.max(1, highTenth - lowTenth);
  const every = spread > 5 ? 2 : 1;
  const ticks: number[] = [];
  for (let tenth = lowTenth; tenth <= lowTenth + spread; tenth++)
    if (tenth % every === 0) ticks.push(tenth / 10);
  return { low: lowTenth / 10, high: (lowTenth + spread) / 10, ticks };
}

/** Horizontal position of a share, in SVG units; shares off the axis stand at its end. */
export function position(axis: IntervalAxis, share: number): number {
  const along = (share - axis.low) / (axis.high - axis.low);
  const x = MARGIN + Math.min(1, Math.max(0, along)) * (PLOT_WIDTH - 2 * MARGIN);
  return Math.round(100 * x) / 100;
}

/** One row: reference band, axis ticks, interval bar with whiskers, dot. */
export function IntervalPlot({
  axis,
  arm,
  estimate,
  reference,
  description,
}: {
  readonly axis: IntervalAxis;
  readonly arm: ArmKey;
  readonly estimate: Estimate;
  readonly reference: Estimate | undefined;
  readonly description: string;
}): VNode {
  const middle = PLOT_HEIGHT / 2;
  const [left, right] = estimate.interval.map((end) => position(axis, end)) as [number, number];
  return (
    <svg
      class={`interval arm-${arm}`}
      viewBox={`0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`}
      role="img"
      aria-label={description}
    >
      {reference && <ReferenceBand axis={axis} estimate={reference} />}
      {axis.ticks.map((tick) => (
        <line class="tick" x1={position(axis, tick)} x2={position(axis, tick)} y1="0" y2={PLOT_HEIGHT} />
      ))}
      <path class="ci" d={`M${left} ${middle}H${right}M${left} ${middle - 4}v8M${right} ${middle - 4}v8`} />
      <circle class="dot" cx={position(axis, estimate.value)} cy={middle} r="4.5" />
    </svg>
  );
}

function ReferenceBand({
  axis,
  estimate: { interval },
}: {
  readonly axis: IntervalAxis;
  readonly estimate: Estimate;
}): VNode {
  const left = position(axis, interval[0]);
  const width = Math.round(100 * (position(axis, interval[1]) - left)) / 100;
  return <rect class="reference" x={left} y="0" width={width} height={PLOT_HEIGHT} />;
}

/** The axis below a column of interval plots, in per cent. */
export function IntervalAxisPlot({ axis }: { readonly axis: IntervalAxis }): VNode {
  return (
    <svg class="interval axis" viewBox={`0 0 ${PLOT_WIDTH} 16`} aria-hidden="true">
      {axis.ticks.map((tick) => (
        <text x={position(axis, tick)} y="11" text-anchor="middle">
          {Math.round(100 * tick)}%
        </text>
      ))}
    </svg>
  );
}
