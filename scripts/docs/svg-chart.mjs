/**
 * Small charts as SVG for the docs: as wide as a phone, with paper of their own, and with colours that follow the
 * reader's theme. Hues are those of the report (`src/apps/report/palette.ts`).
 */

const COLOURS = {
  light: { paper: "#ffffff", ink: "#24292f", faint: "#d0d7de", a: "#0259c1", b: "#b86a00", c: "#10a589" },
  dark: { paper: "#14171c", ink: "#e6e9ee", faint: "#3a4048", a: "#3fadff", b: "#faaa3e", c: "#448e61" },
};

const rules = ({ paper, ink, faint, a, b, c }) =>
  `.paper{fill:${paper}}text{fill:${ink};font:13px system-ui,sans-serif}.grid{stroke:${faint}}.ink{stroke:${ink}}` +
  Object.entries({ a, b, c })
    .map(([name, colour]) => `.${name}{stroke:${colour};fill:none}.fill-${name}{fill:${colour};stroke:none}`)
    .join("");

const escapeXml = (text) => String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const round = (value) => Math.round(value * 10) / 10;

export const WIDTH = 440;

/** A whole picture of `height` pixels around elements. `label` is what a screen reader says. */
export function picture(height, label, elements) {
  const style = `<style>${rules(COLOURS.light)}@media (prefers-color-scheme:dark){${rules(COLOURS.dark)}}</style>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(label)}">`,
    style,
    `<rect class="paper" width="${WIDTH}" height="${height}" rx="6"/>`,
    ...elements.flat(Infinity),
    "</svg>",
    "",
  ].join("\n");
}

export const text = (x, y, content, anchor = "start") =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeXml(content)}</text>`;

export const line = (x1, y1, x2, y2, classes, dash = "") =>
  `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" class="${classes}"${dash && ` stroke-dasharray="${dash}"`}/>`;

export const bar = (x, y, width, height, colour) =>
  `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" class="fill-${colour}"/>`;

/**
 * Axes of a plot in the box, and functions that place values in it. Horizontal lines stand at `ticks`, with labels
 * by `format`; steps are labelled below.
 */
export function plot({ left, top, width, height }, { steps, from, to, ticks, format }) {
  const x = (step) => left + ((step - steps[0]) / (steps[1] - steps[0])) * width;
  const y = (value) => top + height - ((value - from) / (to - from)) * height;
  const axes = [
    ...ticks.flatMap((tick) => [
      line(left, y(tick), left + width, y(tick), "grid"),
      text(left - 6, y(tick) + 4, format(tick), "end"),
    ]),
    ...steps.map((step) => text(x(step), top + height + 17, step, "middle")),
  ];
  return { x, y, axes };
}

/** A curve through `[step, value]` points. */
export function curve(points, { x, y }, colour, dash = "") {
  const path = points.map(([step, value]) => `${round(x(step))},${round(y(value))}`).join(" ");
  return `<polyline points="${path}" class="${colour}" stroke-width="2.2"${dash && ` stroke-dasharray="${dash}"`}/>`;
}

export const dots = (points, { x, y }, colour) =>
  points.map(
    ([step, value]) =>
      `<circle cx="${round(x(step))}" cy="${round(y(value))}" r="4.5" class="fill-${colour}"/>`,
  );

export const percent = (value) => `${Math.round(value * 100)}%`;
