/** The Goodhart curve: accuracy and reward over the distance from the start, with the fit beside the points. */
import type { GoodhartFit } from "../../../core/monitor/course/goodhart.js";
import { MISSING, percent, plainNumber } from "../../report/format.js";
import { html, type SafeHtml } from "../../report/html.js";
import type { Audit } from "../audit-result.js";
import { type Axes, frame, line, place } from "./axes.js";

const CURVE_POINTS = 80;

export function goodhartContent({ goodhart }: Audit): SafeHtml | undefined {
  if (goodhart === null) return undefined;
  const { points } = goodhart;
  const farthest = Math.max(...points.map(({ distance }) => distance));
  if (!(farthest > 0)) return undefined;
  const axes: Axes = {
    width: 560,
    height: 300,
    x: [0, farthest],
    y: [0, Math.max(1, ...points.map(({ reward }) => reward ?? 0))],
    xLabel: "distance from the starting policy, √KL of a completion",
    yLabel: "",
    tick: (value) => String(Number(value.toPrecision(2))),
  };
  const dots = (of: "reward" | "accuracy", arm: string) =>
    points.flatMap(({ distance, [of]: value }) => {
      if (value === null) return [];
      const [x, y] = place(axes, distance, value);
      return [html`<circle class="dot arm-${arm}" cx="${x}" cy="${y}" r="2.6"/>`];
    });
  const fit = goodhart.accuracy?.reinforcement ?? null;
  const fitted =
    fit === null
      ? undefined
      : html`<path class="fit arm-srt" d="${line(
          axes,
          Array.from({ length: CURVE_POINTS + 1 }, (_, i) => {
            const d = (farthest * i) / CURVE_POINTS;
            return [d, fit.start + (d === 0 ? 0 : d * (fit.alpha - fit.beta * Math.log(d)))] as const;
          }),
        )}"/>`;
  const rows = [...fitRows("accuracy", goodhart.accuracy), ...fitRows("reward", goodhart.reward)];
  return html`<p>What optimising the proxy costs (<a href="https://arxiv.org/abs/2210.10760">Gao et al. 2022</a>): past the peak, more distance buys reward and no accuracy.</p><figure class="drawing">${frame(
    axes,
    "accuracy and reward over the distance from the starting policy",
    html`${dots("reward", "fixedTeacher")}${dots("accuracy", "srt")}${fitted}`,
  )}<figcaption><span class="name arm-srt"><i class="swatch"></i>accuracy, a dot a step${fit !== null && ", with its fit"}</span> <span class="name arm-fixedTeacher"><i class="swatch"></i>reward</span></figcaption></figure>${
    rows.length > 0 &&
    html`<div class="scroll"><table><thead><tr><th scope="col">fit</th><th scope="col">α</th><th scope="col">β</th><th scope="col">peak at √KL</th><th scope="col">height</th><th scope="col">error</th></tr></thead><tbody>${rows}</tbody></table></div>`
  }`;
}

function fitRows(
  name: string,
  fits: { readonly reinforcement: GoodhartFit | null; readonly bestOfN: GoodhartFit | null } | null,
): SafeHtml[] {
  return [
    [`${name}: R₀ + d(α − β ln d)`, fits?.reinforcement] as const,
    [`${name}: R₀ + d(α − β d)`, fits?.bestOfN] as const,
  ].flatMap(([title, fit]) =>
    fit
      ? [
          html`<tr><th scope="row">${title}</th><td>${plainNumber(fit.alpha)}</td><td>${plainNumber(fit.beta)}</td><td>${fit.peak === null ? MISSING : plainNumber(fit.peak)}</td><td>${percent(fit.height)}</td><td>${plainNumber(fit.error)}</td></tr>`,
        ]
      : [],
  );
}
