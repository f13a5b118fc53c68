/** The page of a sweep: the runs as lines from settings to results, the tables, what failed, and the file that it was made of. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { html, type SafeHtml } from "../report/html.js";
import { keyValues } from "../report/key-values.js";
import { renderPage } from "../report/page.js";
import { SWEEP_SCRIPT } from "./page-script.js";
import { SWEEP_STYLE } from "./page-style.js";
import { parallelPlot } from "./parallel-plot.js";
import type { RunResult, SweepResults } from "./results.js";
import {
  bestSentence,
  countsSentence,
  metricText,
  overText,
  signsText,
  statusText,
  valueCells,
} from "./words.js";

export interface SweepPage {
  /** Name of the sweep: that of its file. */
  readonly name: string;
  /** The folder of the runs, where the page is to lie. */
  readonly output: string;
  /** The file, as it was read. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export function renderSweep(results: SweepResults, { name, output, settings }: SweepPage): string {
  const plot = parallelPlot(results);
  return renderPage({
    title: `selftrain sweep: ${name}`,
    kicker: "selftrain sweep",
    headline: headline(results, name),
    lead: html`<p class="note">${countsSentence(results)}</p>`,
    sections: [
      {
        id: "plot",
        title: "From settings to results",
        link: "Plot",
        content:
          plot &&
          html`<p>A line is a run: its settings on the left, its last metrics on the right. Draw a range on an axis to choose runs; click the axis to drop it.</p>${plot}`,
      },
      {
        id: "combinations",
        title: "Means over seeds",
        link: "Means",
        content: results.combinations && combinationsTable(results),
      },
      { id: "runs", title: "Runs", content: runsTable(results, output) },
      { id: "failed", title: "Runs that failed", link: "Failed", content: failures(results) },
      { id: "settings", title: "The file", content: keyValues(settings) },
    ].map((section) => ({ ...section, content: section.content ?? undefined })),
    footer: html`Made by selftrain sweep. This file is complete: it loads nothing from the network. Its links lead to the folders beside it.`,
    own: { script: SWEEP_SCRIPT, style: SWEEP_STYLE },
  });
}

function headline(results: SweepResults, name: string): string {
  const best = bestSentence(results);
  return best === null ? `Sweep ${name}` : `${best[0]!.toUpperCase()}${best.slice(1)}`;
}

const keyHeads = ({ keys }: SweepResults): SafeHtml[] =>
  keys.map(({ key, name }) => html`<th scope="col" class="number" title="${key}">${name}</th>`);

const metricHeads = ({ columns }: SweepResults): SafeHtml[] =>
  columns.map(({ key, title }) => html`<th scope="col" class="number" title="${key}">${title}</th>`);

const numbers = (texts: readonly string[]): SafeHtml[] =>
  texts.map((text) => html`<td class="number">${text}</td>`);

function combinationsTable(results: SweepResults): SafeHtml {
  const { combinations, columns, best } = results;
  return html`<p>± is half of the 95% t interval of the mean over the seeds that finished.</p><div class="scroll"><table class="runs"><thead><tr>${keyHeads(results)}<th scope="col" class="number">seeds</th>${metricHeads(results)}<th scope="col" class="number">with signs</th></tr></thead><tbody>${combinations!.map(
    (one) =>
      html`<tr${one.name === best?.name && html` class="best"`}>${numbers([
        ...valueCells(results, one),
        String(one.runs),
        ...columns.map((column) => overText(column, one.metrics[column.key])),
        one.runs > 0 ? `${one.withSigns} of ${one.runs}` : "–",
      ])}</tr>`,
  )}</tbody></table></div>`;
}

function runsTable(results: SweepResults, output: string): SafeHtml {
  const { runs, columns, best } = results;
  const seeded = runs.some(({ seed }) => seed !== null);
  return html`<div class="scroll"><table class="runs"><thead><tr><th scope="col">run</th>${keyHeads(results)}${
    seeded && html`<th scope="col" class="number">seed</th>`
  }${metricHeads(results)}<th scope="col">signs</th><th scope="col">status</th></tr></thead><tbody>${runs.map(
    (run) =>
      html`<tr data-run="${run.name}"${run.name === best?.name && html` class="best"`}><th scope="row">${linkOf(run, output)}</th>${numbers(
        [
          ...valueCells(results, run),
          ...(seeded ? [String(run.seed ?? "–")] : []),
          ...columns.map((column) => metricText(column, run.metrics[column.key])),
        ],
      )}<td${run.signs && html` class="bad" title="${run.signs.sentence}"`}>${signsText(run)}</td><td${run.error && html` class="bad"`}>${statusText(run)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** The report of the run where there is one, else its folder; no link where there is neither. */
function linkOf({ name }: RunResult, output: string): SafeHtml {
  const folder = name.split("/").map(encodeURIComponent).join("/");
  const inside = (file: string): boolean => existsSync(join(output, name, file));
  if (inside("report.html")) return html`<a href="${folder}/report.html">${name}</a>`;
  return inside("run.json") ? html`<a href="${folder}/">${name}</a>` : html`${name}`;
}

function failures({ runs, bases }: SweepResults): SafeHtml | undefined {
  const failed = [...bases, ...runs].filter(({ error }) => error !== undefined);
  if (failed.length === 0) return undefined;
  return html`<div class="scroll"><table class="runs"><tbody>${failed.map(
    ({ name, error }) =>
      html`<tr><th scope="row">${name}</th><td>${error!.code}</td><td class="why">${error!.message}</td></tr>`,
  )}</tbody></table></div>`;
}
