/**
 * Draws a plot into its figure with uPlot, in a report and on the dashboard alike: the legend hides curves and says values, the pointer or
 * the arrow keys move the cursor, and text is written as text only.
 */
import uPlot from "uplot";
import { inUnit } from "../view/plot.js";
import { lastOf, type PlotData } from "../view/plot-data.js";
import { columnsOf, setStrokes, tableOf } from "./plot-columns.js";
import { cursorByKeys } from "./plot-keys.js";
import { paintAreas, paintIntervals, paintMarks, paintPhases, paintShade } from "./plot-paint.js";
import { axesOf, scalesOf, stepWord } from "./plot-scales.js";
import { onThemeChange } from "./theme.js";

/** Half of an A4 or Letter page: the paper's width is not known before it is printed. */
const PRINT_WIDTH = 320;
const HEIGHT = 210;

export interface DrawnPlot {
  /** Other values of the same curves. */
  update(data: PlotData): void;
  /** Marks a step, or none. */
  mark(step: number | null): void;
  resize(): void;
  destroy(): void;
}

/** `onPick` is called with the step that was clicked, or chosen by Enter. */
export function drawPlot(figure: HTMLElement, data: PlotData, onPick?: (step: number) => void): DrawnPlot {
  const box = figure.querySelector<HTMLElement>(".canvas")!;
  const at = figure.querySelector<HTMLElement>(".at")!;
  const buttons = [...figure.querySelectorAll<HTMLButtonElement>(".legend button")];
  const title = figure.querySelector("strong")?.textContent ?? "";
  let current = data;
  const { table, series, groups } = columnsOf(data);
  const shown = data.series.map(() => true);
  const marker = document.createElement("div");
  marker.className = "marker";
  marker.hidden = true;
  let marked: number | null = null;
  const paint =
    (...painters: ReturnType<typeof paintMarks>[]) =>
    (plot: uPlot) => {
      for (const painter of painters) painter(plot, (i) => shown[i]!);
    };
  const placeMarker = (plot: uPlot): void => {
    const { min, max } = plot.scales.x!;
    marker.hidden = marked === null || min == null || max == null || marked < min || marked > max;
    if (!marker.hidden) marker.style.transform = `translateX(${plot.valToPos(marked!, "x")}px)`;
  };
  const say = (plot: uPlot): void => {
    const index = plot.cursor.idx ?? null;
    const step = index === null ? null : plot.data[0][index]!;
    at.textContent = step === null ? "" : stepWord(step);
    const values = current.series.map((one, i) =>
      index === null ? lastOf(one) : (plot.data[groups[i]![0]!]![index] ?? null),
    );
    buttons.forEach((button, i) => {
      button.querySelector("b")!.firstChild!.nodeValue = inUnit(current.unit, values[i]!);
    });
    if (step === null) return;
    box.setAttribute("aria-valuenow", String(step));
    box.setAttribute(
      "aria-valuetext",
      `${stepWord(step)}: ${current.series.map(({ label }, i) => `${label} ${inUnit(current.unit, values[i]!)}`).join(", ")}`,
    );
  };
  const plot = new uPlot(
    {
      width: Math.max(1, box.clientWidth),
      height: HEIGHT,
      series,
      legend: { show: false },
      cursor: {
        y: false,
        points: { size: 8 },
        drag: { x: true, y: false },
        ...(data.group === null ? {} : { sync: { key: data.group, scales: ["x", null] } }),
      },
      scales: scalesOf(data),
      axes: axesOf(data),
      hooks: {
        drawClear: [(own) => setStrokes(own, current, groups)],
        drawAxes: [
          (own) =>
            paint(
              ...(data.areas ? [paintAreas(current)] : []),
              ...(data.shade ? [paintShade(current)] : []),
            )(own),
        ],
        draw: [
          (own) =>
            paint(
              ...(data.areas ? [] : [paintIntervals(current)]),
              paintMarks(current),
              paintPhases(current),
            )(own),
          placeMarker,
        ],
        setCursor: [say],
      },
    },
    table,
    box,
  );
  plot.over.append(marker);
  const ending = new AbortController();
  const { signal } = ending;
  buttons.forEach((button, i) => {
    button.addEventListener(
      "click",
      () => {
        shown[i] = !shown[i];
        button.setAttribute("aria-pressed", String(shown[i]));
        for (const column of groups[i]!) plot.setSeries(column, { show: shown[i]! });
      },
      { signal },
    );
  });
  cursorByKeys(plot, box, { title, signal, ...(onPick ? { onPick } : {}) });
  const resize = (): void => {
    const width = document.documentElement.hasAttribute("data-print") ? PRINT_WIDTH : box.clientWidth;
    if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHT });
  };
  const observer = new ResizeObserver(resize);
  observer.observe(box);
  const endTheme = onThemeChange(() => plot.redraw(false));
  return {
    resize,
    update(next) {
      current = next;
      plot.setData(tableOf(next), zoomed(plot) === false);
      say(plot);
    },
    mark(step) {
      marked = step;
      placeMarker(plot);
    },
    destroy() {
      ending.abort();
      observer.disconnect();
      endTheme();
      plot.destroy();
    },
  };
}

/** Whether a reader chose a part of the steps: new values then do not move what is being read. */
function zoomed(plot: uPlot): boolean {
  const steps = plot.data[0];
  const { min, max } = plot.scales.x!;
  return min != null && max != null && steps.length > 0 && (min > steps[0]! || max < steps.at(-1)!);
}
