/**
 * A plot of curves over training steps: a figure with title, legend and its data; `script/draw-plot.ts` draws it with uPlot. The legend
 * carries the last values, so that the page says something on paper and without scripts.
 */
import type { VNode } from "preact";
import type { Unit } from "../../../core/monitor/catalogue/metric.js";
import { percent, plainNumber } from "../format.js";
import { lastOf, type PlotData, type PlotSpec, plotData } from "./plot-data.js";

/** A value in the unit of its plot. */
export const inUnit = (unit: Unit, value: number | null): string =>
  unit === "share" ? percent(value) : plainNumber(value);

/** Title, canvas and legend; the canvas is filled by the script. */
export function PlotFrame({
  title,
  help,
  data,
  carried,
}: {
  readonly title: string;
  readonly help: string;
  readonly data: PlotData;
  /** Whether the figure carries its data, for a script that finds it in the page. */
  readonly carried?: boolean;
}): VNode {
  return (
    <figure class="plot" {...(carried ? { "data-plot": JSON.stringify(data) } : {})}>
      <figcaption>
        <strong>{title}</strong>
        <span class="at" />
        <p>{help}</p>
      </figcaption>
      <div class="canvas" />
      <div class="legend">
        {data.series.map((series) => (
          <button
            type="button"
            class={`arm-${series.color}`}
            aria-pressed="true"
            title="Show or hide this curve"
            key={series.label}
          >
            <DashKey dash={series.dash} />
            {series.label} <b>{inUnit(data.unit, lastOf(series))}</b>
          </button>
        ))}
      </div>
    </figure>
  );
}

/** The figure of a plot in a page of one file; nothing where no curve has a value. */
export function PlotFigure({ spec }: { readonly spec: PlotSpec }): VNode | null {
  const data = plotData(spec);
  return data === undefined ? null : <PlotFrame title={spec.title} help={spec.help} data={data} carried />;
}

function DashKey({ dash }: { readonly dash: readonly number[] }): VNode {
  return (
    <svg class="key" viewBox="0 0 26 8" aria-hidden="true">
      <path d="M1 4H25" {...(dash.length > 0 ? { "stroke-dasharray": dash.join(" ") } : {})} />
    </svg>
  );
}

/** Figures side by side where the page is wide enough, two or three a row; nothing where none has a curve. */
export function PlotGrid({
  specs,
  perRow = "two",
}: {
  readonly specs: readonly PlotSpec[];
  readonly perRow?: "two" | "three";
}): VNode | null {
  const drawn = specs.filter((spec) => spec.curves.some(({ curve }) => curve));
  if (drawn.length === 0) return null;
  return (
    <div class={`plots ${perRow}`}>
      {drawn.map((spec) => (
        <PlotFigure spec={spec} key={spec.title} />
      ))}
    </div>
  );
}
