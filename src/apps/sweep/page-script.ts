/**
 * The script of a sweep's page: ranges that are drawn on the axes choose runs, and a run that is pointed at stands out in the plot and in the
 * table. It writes text by `textContent` only.
 */
export const SWEEP_SCRIPT = `"use strict";
(() => {
  const svg = document.querySelector(".parallel svg");
  if (!svg) return;
  const lines = [...svg.querySelectorAll(".run")];
  const heights = new Map(lines.map((line) => [line, line.dataset.at.split(" ").map((y) => (y === "" ? null : Number(y)))]));
  const rows = [...document.querySelectorAll("tr[data-run]")];
  const note = document.querySelector(".parallel .chosen");
  const ranges = new Map();
  document.documentElement.classList.add("scripted");

  const choose = () => {
    const kept = new Set();
    for (const line of lines) {
      const at = heights.get(line);
      const inside = [...ranges].every(([axis, [top, bottom]]) => at[axis] !== null && at[axis] >= top && at[axis] <= bottom);
      line.classList.toggle("off", !inside);
      if (inside) kept.add(line.dataset.run);
    }
    for (const row of rows) row.hidden = ranges.size > 0 && !kept.has(row.dataset.run);
    note.hidden = ranges.size === 0;
    note.textContent = kept.size + " of " + lines.length + " runs chosen ";
    if (ranges.size === 0) return;
    const clear = document.createElement("button");
    clear.type = "button";
    clear.textContent = "show all";
    clear.addEventListener("click", () => {
      for (const axis of ranges.keys()) draw(axis, null);
      ranges.clear();
      choose();
    });
    note.append(clear);
  };
  const brushes = [...svg.querySelectorAll(".brush")];
  const draw = (axis, range) => {
    brushes[axis].setAttribute("y", range ? range[0] : 0);
    brushes[axis].setAttribute("height", range ? range[1] - range[0] : 0);
  };
  const heightOf = (event) => {
    const box = svg.getBoundingClientRect();
    return ((event.clientY - box.top) / box.height) * svg.viewBox.baseVal.height;
  };
  for (const group of svg.querySelectorAll("[data-axis]")) {
    const axis = Number(group.dataset.axis);
    const grip = group.querySelector(".grip");
    const [first, last] = [grip.y.baseVal.value, grip.y.baseVal.value + grip.height.baseVal.value];
    const within = (y) => Math.min(last, Math.max(first, y));
    let from = null;
    grip.addEventListener("pointerdown", (event) => {
      from = within(heightOf(event));
      grip.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    grip.addEventListener("pointermove", (event) => {
      if (from === null) return;
      const to = within(heightOf(event));
      const range = [Math.min(from, to), Math.max(from, to)];
      if (range[1] - range[0] < 3) return;
      ranges.set(axis, range);
      draw(axis, range);
      choose();
    });
    grip.addEventListener("pointerup", (event) => {
      if (from !== null && Math.abs(within(heightOf(event)) - from) < 3) {
        ranges.delete(axis);
        draw(axis, null);
        choose();
      }
      from = null;
    });
    grip.addEventListener("pointercancel", () => { from = null; });
  }

  const point = (name, on) => {
    for (const one of [...lines, ...rows]) if (one.dataset.run === name) one.classList.toggle("hot", on);
    if (!on) return;
    const line = lines.find((one) => one.dataset.run === name);
    if (line) line.parentNode.append(line);
  };
  for (const row of rows) {
    row.addEventListener("pointerenter", () => point(row.dataset.run, true));
    row.addEventListener("pointerleave", () => point(row.dataset.run, false));
  }
  for (const line of lines) {
    line.addEventListener("pointerenter", () => { for (const row of rows) row.classList.toggle("hot", row.dataset.run === line.dataset.run); });
    line.addEventListener("pointerleave", () => { for (const row of rows) row.classList.remove("hot"); });
  }
})();
`;
