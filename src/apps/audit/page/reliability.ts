/** Agreement as a confidence: how often a majority is right by how much it agreed, at the start, the peak and the end. */
import { percent, plainNumber } from "../../report/format.js";
import { html, type SafeHtml } from "../../report/html.js";
import type { ReliabilityAt } from "../analysis/reliability.js";
import type { Audit } from "../audit-result.js";
import { type Axes, frame, line, place } from "./axes.js";

const AXES: Axes = {
  width: 300,
  height: 260,
  x: [0, 1],
  y: [0, 1],
  xLabel: "agreement",
  yLabel: "majority right",
  tick: (value) => `${Math.round(100 * value)}%`,
};

export function reliabilityContent({ reliability }: Audit): SafeHtml | undefined {
  if (reliability.length === 0) return undefined;
  return html`<p>On the diagonal agreement means what it says. Below it the policy is surer than it is right. A hacked run agrees on everything, and its agreement tells right from wrong no longer (AUROC near 50%).</p><div class="plots three">${reliability.map(diagram)}</div><div class="scroll"><table><thead><tr><th scope="col">when</th><th scope="col">votes</th><th scope="col">agreement</th><th scope="col">majority right</th><th scope="col">calibration error</th><th scope="col">AUROC</th><th scope="col">Brier = reliability − resolution + uncertainty</th></tr></thead><tbody>${reliability.map(row)}</tbody></table></div>`;
}

const stepsOf = ({ from, to }: ReliabilityAt) => (from === to ? `step ${from}` : `steps ${from}–${to}`);

function diagram(own: ReliabilityAt): SafeHtml {
  const filled = own.bins.filter(({ count }) => count > 0);
  const most = Math.max(...filled.map(({ count }) => count));
  return html`<figure class="drawing"><figcaption><strong>${own.at}</strong> <span class="note">${stepsOf(own)}</span></figcaption>${frame(
    AXES,
    `share of right majorities by agreement, ${own.at}`,
    html`<path class="diagonal" d="${line(AXES, [
      [0, 0],
      [1, 1],
    ])}"/>${filled.map(({ predicted, observed, count, interval }) => {
      const [x, y] = place(AXES, predicted!, observed!);
      const [, low] = place(AXES, 0, interval.low);
      const [, high] = place(AXES, 0, interval.high);
      return html`<path class="ci arm-srt" d="M${x} ${low}V${high}"/><circle class="dot arm-srt" cx="${x}" cy="${y}" r="${Math.round(10 * (2.5 + 5 * Math.sqrt(count / most))) / 10}"><title>${count} votes: agreement ${percent(predicted)}, right ${percent(observed)}</title></circle>`;
    })}`,
  )}</figure>`;
}

const row = (own: ReliabilityAt): SafeHtml =>
  html`<tr><th scope="row">${own.at} <small>${stepsOf(own)}</small></th><td>${own.votes}</td><td>${percent(own.agreement)}</td><td>${percent(own.majorityAccuracy)}</td><td>${percent(own.ece)}</td><td>${percent(own.auroc)}</td><td>${
    own.brier &&
    `${plainNumber(own.brier.score)} = ${plainNumber(own.brier.reliability)} − ${plainNumber(own.brier.resolution)} + ${plainNumber(own.brier.uncertainty)}`
  }</td></tr>`;
