/** What uPlot does not draw by itself: bands, intervals, the area between two curves, and marks. */
import type uPlot from "uplot";
import { PHASE_COLORS, WRONG } from "../view/phase-cells.js";
import type { PlotData, PlotSeries } from "../view/plot-data.js";
import { color } from "./theme.js";

interface Banded extends PlotSeries {
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

type Painter = (plot: uPlot, isShown: (series: number) => boolean) => void;

const banded = (data: PlotData) =>
  data.series.flatMap((own, at) => (own.low && own.high ? [{ own: own as Banded, at }] : []));

function inside(plot: uPlot, paint: (ctx: CanvasRenderingContext2D) => void): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  paint(ctx);
  ctx.restore();
}

/** Between two rows of values over the same steps; a gap of either ends an area. */
function fillBetween(
  plot: uPlot,
  ctx: CanvasRenderingContext2D,
  steps: readonly number[],
  upper: readonly (number | null | undefined)[],
  lower: readonly (number | null | undefined)[],
): void {
  const x = (i: number): number => plot.valToPos(steps[i]!, "x", true);
  const y = (value: number): number => plot.valToPos(value, "y", true);
  let from = 0;
  for (let i = 0; i <= steps.length; i++) {
    if (i < steps.length && upper[i] != null && lower[i] != null) continue;
    ctx.beginPath();
    for (let k = from; k < i; k++) ctx.lineTo(x(k), y(lower[k]!));
    for (let k = i - 1; k >= from; k--) ctx.lineTo(x(k), y(upper[k]!));
    ctx.fill();
    from = i + 1;
  }
}

/** Bands as areas, behind the curves. */
export const paintAreas =
  (data: PlotData): Painter =>
  (plot, isShown) =>
    inside(plot, (ctx) => {
      ctx.globalAlpha = 0.16;
      for (const { own, at } of banded(data)) {
        if (!isShown(at)) continue;
        ctx.fillStyle = color(own.color);
        fillBetween(plot, ctx, own.steps, own.high, own.low);
      }
    });

/** What the first curve exceeds the second by. */
export const paintShade =
  (data: PlotData): Painter =>
  (plot, isShown) => {
    const [a, b] = data.series;
    if (!a || !b || !isShown(0) || !isShown(1)) return;
    inside(plot, (ctx) => {
      ctx.fillStyle = color("fixedTeacher");
      ctx.globalAlpha = 0.22;
      fillBetween(plot, ctx, plot.data[0] as number[], plot.data[1] as number[], plot.data[2] as number[]);
    });
  };

/** Intervals of several arms at one step stand side by side, each with its dot. */
export const paintIntervals =
  (data: PlotData): Painter =>
  (plot, isShown) => {
    const bands = banded(data);
    const pixel = devicePixelRatio;
    bands.forEach(({ own, at }, order) => {
      if (!isShown(at)) return;
      const { ctx } = plot;
      ctx.save();
      ctx.strokeStyle = ctx.fillStyle = color(own.color);
      ctx.lineWidth = 1.5 * pixel;
      ctx.setLineDash([]);
      own.steps.forEach((step, i) => {
        const [value, low, high] = [own.values[i], own.low[i], own.high[i]];
        if (value == null) return;
        const x = plot.valToPos(step, "x", true) + (order - (bands.length - 1) / 2) * 6 * pixel;
        const y = (of: number): number => plot.valToPos(of, "y", true);
        ctx.beginPath();
        if (low != null && high != null) {
          ctx.moveTo(x, y(low));
          ctx.lineTo(x, y(high));
          ctx.stroke();
        }
        ctx.beginPath();
        ctx.arc(x, y(value), 3.2 * pixel, 0, 2 * Math.PI);
        ctx.fill();
      });
      ctx.restore();
    });
  };

/** A dashed line with a flag on top for each mark. */
export const paintMarks =
  (data: PlotData): Painter =>
  (plot) =>
    inside(plot, (ctx) => {
      const pixel = devicePixelRatio;
      ctx.strokeStyle = ctx.fillStyle = color("bad");
      ctx.lineWidth = pixel;
      ctx.setLineDash([3 * pixel, 3 * pixel]);
      for (const { step } of data.marks) {
        const x = Math.round(plot.valToPos(step, "x", true)) + 0.5;
        const top = plot.bbox.top;
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + plot.bbox.height);
        ctx.stroke();
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x + 7 * pixel, top + 4 * pixel);
        ctx.lineTo(x, top + 8 * pixel);
        ctx.fill();
      }
    });

const RIBBON = 7;

/** The ribbon of phases at the foot; a dark edge says that a phase is one of the bad ones. */
export const paintPhases =
  (data: PlotData): Painter =>
  (plot) =>
    inside(plot, (ctx) => {
      const height = RIBBON * devicePixelRatio;
      const bottom = plot.bbox.top + plot.bbox.height;
      for (const { phase, from, to } of data.phases) {
        const left = plot.valToPos(from - 0.5, "x", true);
        const width = plot.valToPos(to + 0.5, "x", true) - left;
        ctx.fillStyle = color(PHASE_COLORS[phase]);
        ctx.fillRect(left, bottom - height, width, height);
        if (!WRONG.includes(phase)) continue;
        ctx.fillStyle = color("ink");
        ctx.fillRect(left, bottom - height / 3, width, height / 3);
      }
    });
