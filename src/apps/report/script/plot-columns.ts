/** A plot's data as uPlot wants it: one column of steps, then columns of values, those of a band behind its curve. */
import uPlot from "uplot";
import type { PlotData } from "../view/plot-data.js";
import { color } from "./theme.js";

export interface Columns {
  readonly table: uPlot.AlignedData;
  readonly series: uPlot.Series[];
  /** Of each curve its columns: the curve's, then those of its band. */
  readonly groups: readonly (readonly number[])[];
}

export function columnsOf(data: PlotData): Columns {
  const series: uPlot.Series[] = [{}];
  const groups: number[][] = [];
  for (const one of data.series) {
    const banded = one.low !== null && one.high !== null;
    const group = [series.length];
    series.push({
      stroke: () => color(one.color),
      width: strokeOf(one.color),
      ...(one.dash.length > 0 ? { dash: [...one.dash] } : {}),
      points: { show: one.points && (data.areas || !banded), size: 6, fill: () => color(one.color) },
    });
    if (banded) {
      // Drawn by a hook; as series without a path they stretch the vertical axis and can be hidden.
      group.push(series.length, series.length + 1);
      for (let end = 0; end < 2; end++) series.push({ paths: () => null, points: { show: false } });
    }
    groups.push(group);
  }
  return { table: tableOf(data), series, groups };
}

const strokeOf = (name: PlotData["series"][number]["color"]): number => (name === "base" ? 1.25 : 2);

/**
 * Curves with more steps than every other pixel are as thin as a pixel: without a graphics card a browser takes 2 ms to draw four noisy ones of
 * 10 000 steps so, and 16 ms with strokes of 2 pixels, which would be a smear besides.
 */
export function setStrokes(plot: uPlot, data: PlotData, groups: Columns["groups"]): void {
  const dense = plot.data[0].length > plot.width / 2;
  data.series.forEach((one, i) => {
    plot.series[groups[i]![0]!]!.width = dense ? 1 / devicePixelRatio : strokeOf(one.color);
  });
}

export function tableOf(data: PlotData): uPlot.AlignedData {
  const tables = data.series.map(({ steps, values, low, high }) => [
    steps,
    // A logarithm has no place for 0 and below.
    data.log ? values.map((value) => (value !== null && value > 0 ? value : null)) : values,
    ...(low !== null && high !== null ? [low, high] : []),
  ]);
  const [first] = tables;
  // Curves of one run have the same steps: nothing to align.
  if (first && tables.every(([steps]) => steps === first[0]))
    return [first[0], ...tables.flatMap((table) => table.slice(1))] as uPlot.AlignedData;
  return uPlot.join(tables as unknown as uPlot.AlignedData[]);
}
