/**
 * The script that runs in the page: one uPlot for each figure, from the JSON beside it. Colours are read from the
 * style sheet whenever a plot is drawn, so that it follows the theme, and printing always uses the light one.
 * It writes text by `textContent` only.
 */
export const CLIENT_SCRIPT = `"use strict";
(() => {
  const root = document.documentElement;
  // Half of an A4 or Letter page: the paper's width is not known before it is printed.
  const PRINT_WIDTH = 320;
  const color = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();
  const number = (v) => {
    if (v == null) return "–";
    const size = Math.abs(v);
    if (Number.isInteger(v) && size < 1e9) return v.toLocaleString("en-US");
    if (size < 1e-3 || size >= 1e6) return v.toExponential(2);
    return size >= 100 ? v.toFixed(0) : v.toPrecision(3);
  };
  const tick = (v) => (Math.abs(v) >= 1e5 ? v.toExponential(0) : String(Number(v.toPrecision(6))));
  const share = (v) => (v == null ? "–" : (100 * v).toFixed(1) + "%");
  const last = (values) => values.findLast((v) => v != null);

  // Shares stay within 0 and 1 and never fill the height with noise: the axis spans at least a fifth.
  const fit = (unit) => (u, low, high) => {
    if (low == null) return [0, 1];
    if (unit !== "share") {
      const pad = (high - low || Math.abs(high) || 1) * 0.1;
      return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
    }
    const missing = Math.max(0, 0.2 - (high - low)) / 2;
    const pad = (high - low) * 0.08 + missing;
    const inside = low >= 0 && high <= 1;
    return [inside ? Math.max(0, low - pad) : low - pad, inside ? Math.min(1, high + pad) : high + pad];
  };

  const draw = (figure) => {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    const box = figure.querySelector(".canvas");
    const at = figure.querySelector(".at");
    const buttons = [...figure.querySelectorAll(".legend button")];
    const write = spec.unit === "share" ? share : number;
    const series = [{}];
    const banded = [];
    const tables = [];
    const lines = [];
    for (const s of spec.series) {
      const group = [series.length];
      const whiskers = s.low && s.high;
      const columns = [s.steps, s.values];
      lines.push(series.length);
      series.push({
        stroke: () => color(s.color),
        width: s.color === "base" ? 1.25 : 2,
        dash: s.dash.length ? s.dash : undefined,
        points: { show: s.points && !whiskers, size: 6, fill: () => color(s.color) },
      });
      if (whiskers) {
        // Drawn by the hook below; as series without a path they stretch the vertical axis and can be hidden.
        const end = { paths: () => null, points: { show: false } };
        banded.push({ ...s, at: series.length - 1 });
        group.push(series.length, series.length + 1);
        series.push({ ...end }, { ...end });
        columns.push(s.low, s.high);
      }
      tables.push(columns);
      buttons[lines.length - 1].addEventListener("click", (event) => {
        const show = event.currentTarget.getAttribute("aria-pressed") !== "true";
        event.currentTarget.setAttribute("aria-pressed", String(show));
        for (const index of group) plot.setSeries(index, { show });
      });
    }
    // Intervals of several arms at one step stand side by side, each with its dot.
    const intervals = (u) => {
      banded.forEach((s, place) => {
        if (!u.series[s.at].show) return;
        const { ctx } = u;
        const pixel = devicePixelRatio;
        ctx.save();
        ctx.strokeStyle = ctx.fillStyle = color(s.color);
        ctx.lineWidth = 1.5 * pixel;
        ctx.setLineDash([]);
        s.steps.forEach((step, i) => {
          if (s.values[i] == null) return;
          const x = u.valToPos(step, "x", true) + (place - (banded.length - 1) / 2) * 6 * pixel;
          const y = (value) => u.valToPos(value, "y", true);
          ctx.beginPath();
          if (s.low[i] != null && s.high[i] != null) {
            ctx.moveTo(x, y(s.low[i]));
            ctx.lineTo(x, y(s.high[i]));
            ctx.stroke();
          }
          ctx.beginPath();
          ctx.arc(x, y(s.values[i]), 3.2 * pixel, 0, 2 * Math.PI);
          ctx.fill();
        });
        ctx.restore();
      });
    };
    const axis = {
      stroke: () => color("muted"),
      font: "12px system-ui, sans-serif",
      grid: { stroke: () => color("grid"), width: 1 },
      ticks: { show: false },
    };
    const plot = new uPlot(
      {
        width: box.clientWidth,
        height: 210,
        series,
        legend: { show: false },
        cursor: {
          y: false,
          points: { size: 8 },
          drag: { x: true, y: false },
          ...(spec.group ? { sync: { key: spec.group, scales: ["x", null] } } : {}),
        },
        scales: {
          x: {
            time: false,
            range: (u, low, high) => {
              if (low === high) return [low - 1, high + 1];
              const room = banded.length > 0 ? (high - low) * 0.04 : 0;
              return [low - room, high + room];
            },
          },
          y: { range: spec.range ?? fit(spec.unit) },
        },
        axes: [
          { ...axis, label: "step", labelSize: 18, labelFont: axis.font, size: 26, incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10000, 100000] },
          { ...axis, size: 52, space: 34, values: (u, ticks) => ticks.map(spec.unit === "share" ? (v) => Math.round(100 * v) + "%" : tick) },
        ],
        hooks: {
          draw: [intervals],
          setCursor: [
            (u) => {
              const index = u.cursor.idx;
              at.textContent = index == null ? "" : "step " + number(u.data[0][index]);
              buttons.forEach((button, i) => {
                const value = index == null ? last(spec.series[i].values) : u.data[lines[i]][index];
                button.querySelector("b").textContent = write(value);
              });
            },
          ],
        },
      },
      uPlot.join(tables),
      box,
    );
    const resize = () => {
      const width = root.hasAttribute("data-print") ? PRINT_WIDTH : box.clientWidth;
      if (width > 0) plot.setSize({ width, height: 210 });
    };
    new ResizeObserver(resize).observe(box);
    return { plot, resize };
  };

  const plots = [...document.querySelectorAll("figure.plot")].map(draw);
  const redraw = () => plots.forEach(({ plot }) => plot.redraw(false));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
  const printing = (on) => () => {
    root.toggleAttribute("data-print", on);
    plots.forEach(({ resize }) => resize());
    redraw();
  };
  addEventListener("beforeprint", printing(true));
  addEventListener("afterprint", printing(false));
  root.setAttribute("data-ready", "");
})();
`;
