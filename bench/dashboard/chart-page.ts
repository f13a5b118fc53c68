/** A chart of the dashboard on a page of its own, which grows by a point whenever it is told to. */
import "uplot/dist/uPlot.min.css";
import { h, render } from "preact";
import { drawPlot } from "../../src/apps/report/script/draw-plot.js";
import { PlotFrame } from "../../src/apps/report/view/plot.js";
import { type PlotData, plotData } from "../../src/apps/report/view/plot-data.js";

const ARMS = ["srt", "fixedTeacher", "groundTruth", "mitigated"] as const;

/** Curves of so many points, each a noisy rise. */
function dataOf(points: number): PlotData {
  const steps = Array.from({ length: points }, (_, i) => i + 1);
  const curves = ARMS.map((arm, k) => ({
    label: arm,
    arm,
    curve: {
      steps,
      values: steps.map((step) => (step / 20_000) * (1 + k / 4) + Math.sin(step * (k + 1) * 12.9898) / 20),
    },
  }));
  return plotData({ title: "chart", help: "", unit: "number", curves })!;
}

/** Milliseconds of each of `updates`, from the new data to pixels that can be read. */
async function measure(points: number, updates: number): Promise<number[]> {
  const app = document.querySelector<HTMLElement>("#app")!;
  render(h(PlotFrame, { title: "chart", help: "", data: dataOf(points) }), app);
  const plot = drawPlot(app.querySelector("figure")!, dataOf(points));
  const canvas = app.querySelector("canvas")!;
  const times: number[] = [];
  for (let i = 1; i <= updates; i++) {
    const data = dataOf(points + i);
    await new Promise(requestAnimationFrame);
    const started = performance.now();
    plot.update(data);
    // It draws once the present task is done; what is drawn is there once a pixel is read.
    await Promise.resolve();
    canvas.getContext("2d")!.getImageData(0, 0, 1, 1);
    times.push(performance.now() - started);
  }
  return times;
}

Object.assign(globalThis, { measure });
