/** A plot of two quantities as plain SVG: its frame, its ticks, and where a point stands. */
import type { ComponentChildren, VNode } from "preact";

export interface Axes {
  readonly width: number;
  readonly height: number;
  readonly x: readonly [low: number, high: number];
  readonly y: readonly [low: number, high: number];
  readonly xLabel: string;
  readonly tick: (value: number) => string;
  /** How a value on the horizontal axis reads; as those on the vertical one by default. */
  readonly xTick?: (value: number) => string;
}

export const MARGIN = { left: 44, right: 22, top: 10, bottom: 34 } as const;
/** About so many ticks an axis. */
const TICKS = 5;

export const place = (axes: Axes, x: number, y: number): readonly [x: number, y: number] => [
  round(MARGIN.left + along(axes.x, x) * (axes.width - MARGIN.left - MARGIN.right)),
  round(axes.height - MARGIN.bottom - along(axes.y, y) * (axes.height - MARGIN.top - MARGIN.bottom)),
];

const along = ([low, high]: readonly [number, number], value: number): number =>
  high === low ? 0.5 : Math.min(1, Math.max(0, (value - low) / (high - low)));

export const round = (value: number): number => Math.round(100 * value) / 100;

/** Round values from the one end to the other. */
export function ticksOf([low, high]: readonly [number, number]): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough * 0.999) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}

/** The path through points, in their order. */
export const line = (axes: Axes, points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? "M" : "L"}${place(axes, x, y).join(" ")}`).join("");

/** The frame, and in it `children`, which stand where `place` says. */
export function Square({
  axes,
  description,
  children,
}: {
  readonly axes: Axes;
  readonly description: string;
  readonly children?: ComponentChildren;
}): VNode {
  const { width, height, x, y, tick, xTick = tick, xLabel } = axes;
  return (
    <svg class="square" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={description}>
      {ticksOf(y).map((value) => {
        const [left, at] = place(axes, x[0], value);
        return (
          <>
            <line class="grid" x1={left} x2={width - MARGIN.right} y1={at} y2={at} />
            <text x={left - 6} y={at + 4} text-anchor="end">
              {tick(value)}
            </text>
          </>
        );
      })}
      {ticksOf(x).map((value) => {
        const [at, bottom] = place(axes, value, y[0]);
        return (
          <text x={at} y={bottom + 14} text-anchor="middle">
            {xTick(value)}
          </text>
        );
      })}
      <text class="label" x={(width + MARGIN.left) / 2} y={height - 4} text-anchor="middle">
        {xLabel}
      </text>
      {children}
    </svg>
  );
}
