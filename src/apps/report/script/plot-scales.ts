/** Axes and ranges of a plot. */
import type uPlot from "uplot";
import { MISSING } from "../format.js";
import type { PlotData } from "../view/plot-data.js";
import { color } from "./theme.js";

const FONT = "12px system-ui, sans-serif";
const STEPS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000, 100_000];

const tick = (value: number | null): string => {
  if (value === null) return "";
  return Math.abs(value) >= 1e5 ? value.toExponential(0) : String(Number(value.toPrecision(6)));
};
const shareTick = (value: number | null): string =>
  value === null ? "" : `${Number((100 * value).toPrecision(6))}%`;

export function axesOf(data: PlotData): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: () => color("muted"),
    font: FONT,
    grid: { stroke: () => color("grid"), width: 1 },
    ticks: { show: false },
  };
  const write = data.unit === "share" ? shareTick : tick;
  return [
    { ...axis, label: "step", labelSize: 18, labelFont: FONT, size: 26, incrs: STEPS },
    { ...axis, size: 52, space: 34, values: (_, ticks) => ticks.map(write) },
  ];
}

export function scalesOf(data: PlotData): uPlot.Scales {
  const banded = data.series.some(({ low }) => low !== null) && !data.areas;
  return {
    x: {
      time: false,
      range: (_, low, high) => {
        if (low === null || high === null) return [0, 1];
        if (low === high) return [low - 1, high + 1];
        const room = banded ? (high - low) * 0.04 : 0;
        return [low - room, high + room];
      },
    },
    y: data.log
      ? { distr: 3, log: 10 }
      : { range: data.range === null ? fit(data.unit) : (data.range as [number, number]) },
  };
}

/** Shares stay within 0 and 1 and never fill the height with noise: the axis spans at least a fifth. */
const fit =
  (unit: PlotData["unit"]) =>
  (_: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax => {
    if (low === null || high === null) return [0, 1];
    if (unit !== "share") {
      const pad = (high - low || Math.abs(high) || 1) * 0.1;
      return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
    }
    const missing = Math.max(0, 0.2 - (high - low)) / 2;
    const pad = (high - low) * 0.08 + missing;
    const inside = low >= 0 && high <= 1;
    return [inside ? Math.max(0, low - pad) : low - pad, inside ? Math.min(1, high + pad) : high + pad];
  };

/** Where the cursor is. */
export const stepWord = (step: number | null): string =>
  step === null ? MISSING : `step ${step.toLocaleString("en-US")}`;
