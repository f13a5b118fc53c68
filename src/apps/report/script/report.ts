/** The script of a report's page: draws each figure that carries its data. `data-ready` on the root says that it is done. */
import "uplot/dist/uPlot.min.css";
import type { PlotData } from "../view/plot-data.js";
import { type DrawnPlot, drawPlot } from "./draw-plot.js";

const root = document.documentElement;
const plots: DrawnPlot[] = [...document.querySelectorAll<HTMLElement>("figure[data-plot]")].map((figure) =>
  drawPlot(figure, JSON.parse(figure.dataset.plot!) as PlotData),
);
const printing = (on: boolean) => () => {
  root.toggleAttribute("data-print", on);
  for (const plot of plots) plot.resize();
};
addEventListener("beforeprint", printing(true));
addEventListener("afterprint", printing(false));
root.setAttribute("data-ready", "");
