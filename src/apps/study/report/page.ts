/** The page of a study: verdicts first, then the curves with their bands, the figures, the runs, and what was claimed. */
import { metricInfo } from "../../../core/monitor/catalogue/index.js";
import { duration } from "../../report/format.js";
import { html, type SafeHtml } from "../../report/html.js";
import { renderPage } from "../../report/page.js";
import type { ArmKey } from "../../report/palette.js";
import { draw } from "../../report/view/draw.js";
import { PlotGrid } from "../../report/view/plot.js";
import type { PlotSpec } from "../../report/view/plot-data.js";
import type { StudyMeasure, StudyPlot, StudyResults } from "../results.js";
import type { Verdict } from "../verdict.js";
import {
  armTitle,
  cautions,
  commandOf,
  fixedSentence,
  INTERVALS,
  intervalText,
  judgedText,
  statusText,
  unitWord,
  valueText,
  verdictsSentence,
} from "./words.js";

export function renderStudy(results: StudyResults): string {
  const { title, claim, name } = results;
  return renderPage({
    title: `selftrain study: ${name}`,
    kicker: "selftrain study",
    headline: title,
    lead: html`<p>${claim.text} <small>${claim.source}</small></p>${cautions(results).map(
      (text) => html`<p class="warning">${text}</p>`,
    )}<p class="note">${verdictsSentence(results.predictions)}. ${fixedSentence(results)}</p>`,
    sections: [
      { id: "verdicts", title: "Predicted, and found", link: "Verdicts", content: verdicts(results) },
      { id: "curves", title: "Curves", content: curves(results) },
      { id: "measures", title: "Measures", content: measures(results) },
      { id: "runs", title: "Runs", content: runs(results) },
      { id: "claim", title: "The claim, and how it is tested", link: "Claim", content: about(results) },
    ],
    footer: html`Made by selftrain study. This file is complete: it loads nothing from the network.`,
  });
}

const CHIPS: Readonly<Record<Verdict, string>> = {
  agrees: "chip good",
  disagrees: "chip bad",
  undecided: "chip",
  incomplete: "chip open",
};

const verdicts = ({ predictions, measures: all }: StudyResults): SafeHtml =>
  html`<p>A prediction agrees where the 95% intervals of all its measures do, and disagrees where one lies wholly on the other side.</p><ul class="verdicts">${predictions.map(
    ({ says, verdict, rules }) =>
      html`<li><span><span class="${CHIPS[verdict]}">${verdict}</span></span><p>${says}${rules.map(
        (rule) => html`<small>${judgedText(all, rule)}</small>`,
      )}</p></li>`,
  )}</ul>`;

/** Styles in the order of the arms of a plot; a plot has no more arms than there are. */
const STYLES: readonly ArmKey[] = [
  "srt",
  "groundTruth",
  "fixedTeacher",
  "mitigated",
  "extra1",
  "extra2",
  "extra3",
  "base",
];

const curves = (results: StudyResults): SafeHtml | undefined => {
  const grid = draw(PlotGrid, { specs: results.plots.map((plot) => plotSpec(results, plot)) });
  return (
    grid &&
    html`<p>A line is the mean of the seeds, its area the 95% t interval over them. Click a name to hide its line.</p>${grid}`
  );
};

function plotSpec(results: StudyResults, { metric, title, curves: own }: StudyPlot): PlotSpec {
  const info = metricInfo(metric.slice(metric.indexOf(".") + 1));
  // No interval of a share leaves what a share can be.
  const share = own.every(({ mean }) => mean.every((value) => value >= 0 && value <= 1));
  const within = (value: number | null): number | null =>
    value === null || info.unit !== "share" || !share ? value : Math.min(1, Math.max(0, value));
  return {
    title: title ?? info.title,
    help: `${info.help} (${metric})`,
    unit: info.unit,
    group: "steps",
    areas: true,
    curves: own.map(({ arm, steps, mean, low, high }, i) => ({
      label: armTitle(results, arm),
      arm: STYLES[i % STYLES.length]!,
      curve: { steps, values: mean },
      ...(low.some((value) => value !== null) && {
        band: { low: { steps, values: low.map(within) }, high: { steps, values: high.map(within) } },
      }),
    })),
  };
}

const measures = ({ measures: all, seeds }: StudyResults): SafeHtml =>
  html`<p>${INTERVALS}</p><div class="scroll"><table class="figures"><thead><tr><th scope="col">measure</th><th scope="col" class="number">mean</th><th scope="col" class="number">over seeds</th><th scope="col" class="number">over prompts</th>${seeds.map(
    (seed) => html`<th scope="col" class="number">seed ${seed}</th>`,
  )}</tr></thead><tbody>${all.map(measureRow)}</tbody></table></div>`;

function measureRow(measure: StudyMeasure): SafeHtml {
  const unit = unitWord(measure);
  return html`<tr><th scope="row">${measure.title}${unit && html` <small>${unit}</small>`}</th>${[
    valueText(measure, measure.mean),
    intervalText(measure, measure.overSeeds),
    intervalText(measure, measure.overPrompts),
    ...measure.bySeed.map((value) => valueText(measure, value)),
  ].map((text) => html`<td class="number">${text}</td>`)}</tr>`;
}

function runs(results: StudyResults): SafeHtml {
  const audited = results.runs.some(({ audit }) => audit !== null);
  return html`<div class="scroll"><table class="figures"><thead><tr><th scope="col">arm</th><th scope="col" class="number">seed</th><th scope="col">status</th><th scope="col" class="number">time</th>${
    audited && html`<th scope="col">audit</th>`
  }</tr></thead><tbody>${results.runs.map(
    (run) =>
      html`<tr><th scope="row">${armTitle(results, run.arm)}</th><td class="number">${run.seed}</td><td${
        run.error && html` class="bad" title="${run.error.message}"`
      }>${statusText(run)}${run.error && html`<small>${run.error.message}</small>`}</td><td class="number">${
        run.seconds === null ? "–" : duration(run.seconds)
      }</td>${audited && html`<td>${run.audit ?? ""}</td>`}</tr>`,
  )}</tbody></table></div>`;
}

const about = (results: StudyResults): SafeHtml => {
  const { claim, note, minutes, seconds, seeds, arms } = results;
  return html`<p>${claim.text}</p><table class="pairs"><tbody>${(
    [
      ["source", claim.source],
      ["its figures", claim.numbers ?? null],
      ["how it is tested here", note],
      ["command", commandOf(results)],
      ["bases", arms.flatMap(({ base, title }) => (base ? [title] : [])).join(", ")],
      ["arms", arms.flatMap(({ base, title }) => (base ? [] : [title])).join(", ")],
      ["seeds", seeds.join(", ")],
      ["time of steps and evaluations", duration(seconds)],
      ["time that the file states", `${minutes} minutes of one core`],
      ["SHA-256 of what was fixed", results.fixed.sha256],
      ["commit of the file", results.fixed.commit ?? "none"],
    ] as const
  ).flatMap(([name, value]) =>
    value === null ? [] : [html`<tr><td>${name}</td><td>${value}</td></tr>`],
  )}</tbody></table>`;
};
