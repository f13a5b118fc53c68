/**
 * A plot of curves over training steps: a figure with title, legend and its data as JSON; `client-script.ts` draws
 * it with uPlot. The legend carries the last values, so that the page says something on paper and without scripts.
 */

import type { Unit } from "../../core/monitor/catalogue/index.js";
import { percent, plainNumber } from "./format.js";
import { html, jsonBlock, type SafeHtml } from "./html.js";
import { ARM_STYLES, type ArmKey } from "./palette.js";
import { type Curve, lastValue } from "./series.js";

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

export interface PlotSpec {
  readonly title: string;
  readonly help: string;
  readonly unit: Unit;
  readonly curves: readonly PlotCurve[];
  /** Ends of the vertical axis; fitted to the data where it is not given. */
  readonly range?: readonly [low: number, high: number];
  /** Plots of one group move their cursors together. */
  readonly group?: string;
}

/** What the page's script reads for one plot. */
export interface PlotData {
  readonly unit: Unit;
  readonly range: readonly [number, number] | null;
  readonly group: string | null;
  readonly series: readonly {
    readonly color: ArmKey;
    readonly dash: readonly number[];
    readonly points: boolean;
    readonly steps: readonly number[];
    readonly values: readonly (number | null)[];
    readonly low: readonly (number | null)[] | null;
    readonly high: readonly (number | null)[] | null;
  }[];
}

const POINTS_UP_TO = 30;

/** The figure of a plot; undefined where no curve has a value. */
export function plotFigure(spec: PlotSpec): SafeHtml | undefined {
  const curves = spec.curves.flatMap((entry) => (entry.curve ? [{ ...entry, curve: entry.curve }] : []));
  if (curves.length === 0) return undefined;
  const data: PlotData = {
    unit: spec.unit,
    range: spec.range ?? null,
    group: spec.group ?? null,
    series: curves.map(({ arm, curve, band, dash, points }) => ({
      color: arm,
      dash: dash ?? ARM_STYLES[arm].dash,
      points: points ?? curve.steps.length <= POINTS_UP_TO,
      steps: curve.steps,
      values: curve.values,
      low: bandEnd(curve, band?.low),
      high: bandEnd(curve, band?.high),
    })),
  };
  return html`<figure class="plot"><figcaption><strong>${spec.title}</strong><span class="at"></span><p>${spec.help}</p></figcaption><div class="canvas"></div><div class="legend">${curves.map(
    ({ label, arm, curve, dash }) =>
      html`<button type="button" class="arm-${arm}" aria-pressed="true" title="Show or hide this curve">${key(dash ?? ARM_STYLES[arm].dash)}${label} <b>${
        spec.unit === "share" ? percent(lastValue(curve)) : plainNumber(lastValue(curve))
      }</b></button>`,
  )}</div>${jsonBlock(data)}</figure>`;
}

/** A band's end on the curve's steps: null where the band has no value there. */
function bandEnd(line: Curve, end: Curve | undefined): readonly (number | null)[] | null {
  if (!end) return null;
  const values = new Map(end.steps.map((step, i) => [step, end.values[i] ?? null]));
  return line.steps.map((step) => values.get(step) ?? null);
}

function key(dash: readonly number[]): SafeHtml {
  return html`<svg class="key" viewBox="0 0 26 8" aria-hidden="true"><path d="M1 4H25"${
    dash.length > 0 && html` stroke-dasharray="${dash.join(" ")}"`
  }/></svg>`;
}

/** Figures side by side where the page is wide enough, two or three a row; undefined where none has a curve. */
export function plotGrid(specs: readonly PlotSpec[], perRow: "two" | "three" = "two"): SafeHtml | undefined {
  const figures = specs.flatMap((spec) => plotFigure(spec) ?? []);
  return figures.length === 0 ? undefined : html`<div class="plots ${perRow}">${figures}</div>`;
}
