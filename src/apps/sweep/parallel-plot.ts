/**
 * Parallel coordinates: an axis a swept key and a metric, a line a run, from what was set to what came of it. Drawn here, so that the page
 * shows it without scripts, too; `page-script.ts` adds the choice of ranges.
 */
import { html, type SafeHtml } from "../report/html.js";
import { type Axis, axesOf } from "./axes.js";
import type { MetricColumn, RunResult, SweepResults } from "./results.js";
import { metricText } from "./words.js";

/** In SVG units. */
const TOP = 46;
const HEIGHT = 320;
const BOTTOM = 18;
const SIDE = 74;
/** Least distance between axes; few axes fill the width of the page. */
const APART = 118;
const FULL_WIDTH = 1064;
/** Colours of lines, from the worst to the best. */
export const SHADES = 5;
const LONGEST_TITLE = 17;
const LONGEST_TICK = 13;

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;

const round = (value: number): number => Math.round(10 * value) / 10;

const heightOf = (share: number): number => round(TOP + (1 - share) * HEIGHT);

/** The figure; undefined where fewer than two runs are finished, or nothing was measured. Rows of tables have `data-run`, too. */
export function parallelPlot(results: SweepResults): SafeHtml | undefined {
  const runs = results.runs.filter(({ status }) => status === "finished");
  const column = results.columns.find(({ key }) => key === results.objective?.metric) ?? results.columns[0];
  if (runs.length < 2 || column === undefined) return undefined;
  const axes = axesOf(results, runs);
  const gaps = Math.max(1, axes.length - 1);
  const apart = Math.max(APART, Math.floor((FULL_WIDTH - 2 * SIDE) / gaps));
  const width = 2 * SIDE + apart * gaps;
  const xOf = (i: number): number => SIDE + apart * i;
  const shade = shadeOf(column, runs, results.objective?.goal ?? "max");
  // The best are drawn last, over the others.
  const drawn = runs.toSorted((a, b) => shade(a) - shade(b));
  return html`<figure class="parallel"><div class="scroll" tabindex="0" role="group" aria-label="Plot of the runs, wider than a small screen"><svg viewBox="0 0 ${width} ${TOP + HEIGHT + BOTTOM}" width="${width}" role="img" aria-label="${label(axes, runs)}"><g class="lines">${drawn.map((run) => line(run, axes, xOf, shade(run), results.columns))}</g>${axes.map((axis, i) => axisOf(axis, i, xOf(i)))}</svg></div><figcaption>${scale(column, runs, results.objective?.goal ?? "max")}<span class="chosen" hidden></span></figcaption></figure>`;
}

const label = (axes: readonly Axis[], runs: readonly RunResult[]): string =>
  `${runs.length} runs over ${axes.map(({ name }) => name).join(", ")}; the table below has the numbers`;

/** Which colour a run has: 0 for the worst, and for one without a value. */
function shadeOf(
  { key }: MetricColumn,
  runs: readonly RunResult[],
  goal: "max" | "min",
): (run: RunResult) => number {
  const values = runs.flatMap(({ metrics }) => metrics[key] ?? []);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return ({ metrics }) => {
    const value = metrics[key];
    if (value === null || value === undefined || high === low) return 0;
    const share = (value - low) / (high - low);
    return Math.min(SHADES - 1, Math.floor(SHADES * (goal === "max" ? share : 1 - share)));
  };
}

function line(
  run: RunResult,
  axes: readonly Axis[],
  xOf: (axis: number) => number,
  shade: number,
  columns: readonly MetricColumn[],
): SafeHtml {
  const places = axes.map((axis) => axis.place(run));
  let path = "";
  for (const [i, place] of places.entries()) {
    if (place === null) continue;
    const joined = i > 0 && places[i - 1] !== null;
    path += `${joined ? "L" : "M"}${xOf(i)} ${heightOf(place)}`;
  }
  const figures = columns.map((column) => `${column.title} ${metricText(column, run.metrics[column.key])}`);
  const signs = run.signs ? `\n${run.signs.sentence}` : "";
  const heights = places.map((place) => (place === null ? "" : heightOf(place))).join(" ");
  return html`<g class="run q${shade}${run.signs && " signs"}" data-run="${run.name}" data-at="${heights}"><title>${`${run.name}\n${figures.join(" · ")}${signs}`}</title><path class="hit" d="${path}"/><path class="line" d="${path}"/></g>`;
}

function axisOf({ title, name, ticks }: Axis, i: number, x: number): SafeHtml {
  return html`<g class="axis" data-axis="${i}"><title>${name}</title><line x1="${x}" x2="${x}" y1="${TOP}" y2="${TOP + HEIGHT}"/><text class="title" x="${x}" y="${TOP - 20}" text-anchor="middle">${cut(title, LONGEST_TITLE)}</text>${ticks.map(
    ({ at, text }) =>
      html`<text class="tick" x="${x - 7}" y="${heightOf(at) + 4}" text-anchor="end">${cut(text, LONGEST_TICK)}</text>`,
  )}<rect class="brush" x="${x - 5}" y="${TOP}" width="10" height="0"/><rect class="grip" x="${x - 14}" y="${TOP - 6}" width="28" height="${HEIGHT + 12}"/></g>`;
}

/** The colours with what their ends mean. */
function scale(column: MetricColumn, runs: readonly RunResult[], goal: "max" | "min"): SafeHtml {
  const values = runs.flatMap(({ metrics }) => metrics[column.key] ?? []);
  const ends = [Math.min(...values), Math.max(...values)].map((value) => metricText(column, value));
  const [worst, best] = goal === "max" ? ends : ends.reverse();
  const warned = runs.some(({ signs }) => signs !== null);
  return html`<span class="scale">${column.title} ${worst} <svg viewBox="0 0 100 8" width="100" height="8" aria-hidden="true">${Array.from(
    { length: SHADES },
    (_, i) => html`<rect class="q${i}" x="${(100 / SHADES) * i}" width="${100 / SHADES}" height="8"/>`,
  )}</svg> ${best}</span>${warned && html`<span>dashed: signs of collapse, or no answers</span>`}`;
}
