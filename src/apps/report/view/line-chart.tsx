/** A plot as a picture that can be kept: the same data that `script/draw-plot.ts` draws for readers, as SVG with title and legend. */
import type { VNode } from "preact";
import { plainNumber } from "../format.js";
import { type Axes, line, place, Square } from "./axes.js";
import type { PlotData, PlotSeries } from "./plot-data.js";

const [WIDTH, HEIGHT] = [900, 420];

export function LineChart({ title, data }: { readonly title: string; readonly data: PlotData }): VNode {
  const scaled = data.log ? logarithmic(data) : data;
  const axes = axesOf(scaled, data);
  return (
    <svg
      class="line-chart"
      width={WIDTH}
      height={HEIGHT + 60}
      viewBox={`0 0 ${WIDTH} ${HEIGHT + 60}`}
      role="img"
      aria-label={title}
    >
      <rect class="paper" width={WIDTH} height={HEIGHT + 60} />
      <text class="title" x="16" y="24">
        {title}
      </text>
      {data.series.map(({ label, color, dash }, i) => (
        <g class={`arm-${color}`} key={label}>
          <path
            class="fit"
            d={`M${16 + (i % 4) * 215} ${44 + 16 * Math.floor(i / 4)}h26`}
            {...dashed(dash)}
          />
          <text x={48 + (i % 4) * 215} y={48 + 16 * Math.floor(i / 4)}>
            {label}
          </text>
        </g>
      ))}
      <g transform="translate(0 60)">
        <Square axes={axes} description={title}>
          {scaled.marks.map(({ step }) => {
            const [x, bottom] = place(axes, step, axes.y[0]);
            return <path class="mark" d={`M${x} ${bottom}V10l7 4-7 4`} />;
          })}
          {data.phases.map(({ phase, from, to }) => {
            const [left, bottom] = place(axes, from - 0.5, axes.y[0]);
            return (
              <rect
                class={`phase-${phase}`}
                key={from}
                x={left}
                y={bottom - 8}
                width={Math.max(0, place(axes, to + 0.5, 0)[0] - left)}
                height="8"
              >
                <title>{phase}</title>
              </rect>
            );
          })}
          {scaled.series.map((series) => (
            <Series axes={axes} series={series} key={series.label} />
          ))}
        </Square>
      </g>
    </svg>
  );
}

const dashed = (dash: readonly number[]) => (dash.length > 0 ? { "stroke-dasharray": dash.join(" ") } : {});

function Series({ axes, series }: { readonly axes: Axes; readonly series: PlotSeries }): VNode {
  const { steps, values, low, high, color, dash } = series;
  const at = (row: readonly (number | null)[], i: number): readonly [number, number] => [
    steps[i]!,
    row[i] ?? 0,
  ];
  return (
    <g class={`arm-${color}`}>
      {low &&
        high &&
        unbroken(low).map((run) => (
          <path
            class="area"
            key={run[0]}
            d={`${line(axes, [...run.map((i) => at(low, i)), ...run.toReversed().map((i) => at(high, i))])}Z`}
          />
        ))}
      {unbroken(values).map((run) => (
        <path
          class="fit"
          key={run[0]}
          // A point alone is a dot: its line ends where it begins.
          d={line(
            axes,
            (run.length > 1 ? run : [run[0]!, run[0]!]).map((i) => at(values, i)),
          )}
          stroke-linecap="round"
          {...dashed(dash)}
        />
      ))}
    </g>
  );
}

/** Indices of values without a gap between them. */
function unbroken(values: readonly (number | null)[]): number[][] {
  const runs: number[][] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i > 0 && values[i - 1] !== null) runs.at(-1)!.push(i);
    else runs.push([i]);
  });
  return runs;
}

function axesOf(data: PlotData, asWritten: PlotData): Axes {
  const steps = data.series.flatMap((one) => [one.steps[0] ?? 0, one.steps.at(-1) ?? 0]);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values, low: lower, high: upper } of data.series)
    for (const value of [...values, ...(lower ?? []), ...(upper ?? [])])
      if (value !== null) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) [low, high] = [0, 1];
  const pad = high === low ? Math.abs(high) || 1 : (high - low) * 0.05;
  const { unit } = asWritten;
  return {
    width: WIDTH,
    height: HEIGHT,
    x: [Math.min(...steps), Math.max(...steps)],
    y: data.range ?? [low >= 0 && !data.log ? Math.max(0, low - pad) : low - pad, high + pad],
    xLabel: "step",
    tick: (value) => {
      const own = data.log ? 10 ** value : value;
      return unit === "share"
        ? `${Number((100 * own).toPrecision(4))}%`
        : plainNumber(Number(own.toPrecision(4)));
    },
    xTick: (value) => value.toLocaleString("en-US"),
  };
}

const logarithmic = (data: PlotData): PlotData => {
  const log = (values: readonly (number | null)[]) =>
    values.map((value) => (value !== null && value > 0 ? Math.log10(value) : null));
  return {
    ...data,
    range: null,
    series: data.series.map((one) => ({
      ...one,
      values: log(one.values),
      low: one.low && log(one.low),
      high: one.high && log(one.high),
    })),
  };
};
