/** The page of an audit: one file, top to bottom as the JSON has it. */
import { dirname, resolve } from "node:path";
import { metricInfo } from "../../../core/monitor/catalogue/index.js";
import { writeFileAtomic } from "../../../io/fs/atomic.js";
import { makeFolder } from "../../../io/fs/folder.js";
import { MISSING, plainNumber } from "../../report/format.js";
import { html, type SafeHtml } from "../../report/html.js";
import { renderPage } from "../../report/page.js";
import { draw } from "../../report/view/draw.js";
import { PhaseList, PhaseRibbon } from "../../report/view/phases.js";
import type { Audit } from "../audit-result.js";
import { gapContent, paymentContent, signContent } from "./curves.js";
import { Goodhart } from "./goodhart.js";
import { Examples, Fates, Movers, ProbeMatrix } from "./prompts.js";
import { Reliability } from "./reliability.js";

/** Writes the page and returns its absolute path; a file that is there is replaced in one step. */
export function writeAuditPage(audit: Audit, output: string): string {
  const path = resolve(output);
  const page = renderAuditPage(audit);
  makeFolder(dirname(path));
  writeFileAtomic(path, page);
  return path;
}

export function renderAuditPage(audit: Audit): string {
  const { path, format, rollouts, steps, verdict } = audit;
  const signs = signContent(audit);
  const matrix = draw(ProbeMatrix, audit);
  return renderPage({
    title: `selftrain audit: ${path}`,
    kicker: "selftrain audit",
    headline: verdict.sentence,
    lead: html`<p class="note">${path}: ${rollouts.toLocaleString("en-US")} rollouts of ${steps.length} ${steps.length === 1 ? "step" : "steps"}${format !== "run" && `, read as ${format}`}</p>${draw(PhaseRibbon, { spans: audit.phases.spans, steps })}`,
    sections: [
      { id: "phases", title: "Phases", content: draw(PhaseList, audit.phases) },
      { id: "gap", title: "The hacking gap and its two factors", link: "Gap", content: gapContent(audit) },
      { id: "payments", title: "What was paid wrongly", link: "Payments", content: paymentContent(audit) },
      { id: "goodhart", title: "The Goodhart curve", link: "Goodhart", content: draw(Goodhart, audit) },
      {
        id: "reliability",
        title: "Does agreement mean what it says?",
        link: "Reliability",
        content: draw(Reliability, audit),
      },
      {
        id: "signs",
        title: "Signs that need no true answer",
        link: "Signs",
        content: html`${signs}${matrix}`,
      },
      {
        id: "moved",
        title: "What moved first",
        link: "Moved first",
        content: withAlarms(movedContent(audit), alarmContent(audit)),
      },
      { id: "fates", title: "Fates of prompts", link: "Fates", content: draw(Fates, audit) },
      { id: "examples", title: "Before and after", content: draw(Examples, audit) },
      { id: "movers", title: "First movers", content: draw(Movers, audit) },
      { id: "try", title: "What to try", content: tryContent(audit) },
      {
        id: "omitted",
        title: "What could not be computed",
        link: "Not computed",
        content: omittedContent(audit),
      },
    ],
    footer: html`Made by selftrain from ${path}. This file is complete: it loads nothing from the network.`,
  });
}

const withAlarms = (moved: SafeHtml | undefined, alarms: SafeHtml | undefined): SafeHtml | undefined =>
  moved === undefined && alarms === undefined ? undefined : html`${moved}${alarms}`;

/** Of each monitor its first alarm. */
function alarmContent({ alarms, onset }: Audit): SafeHtml | undefined {
  if (alarms.length === 0) return undefined;
  const first = alarms.filter((own, i) => alarms.findIndex(({ monitor }) => monitor === own.monitor) === i);
  const lead = onset?.step != null;
  return html`<h3>Alarms of the run</h3><div class="scroll"><table><thead><tr><th scope="col">monitor</th><th scope="col">first alarm at step</th><th scope="col">series</th><th scope="col">what it did</th>${
    lead && html`<th scope="col">lead in steps</th>`
  }</tr></thead><tbody>${first.map(
    (own) =>
      html`<tr><th scope="row">${own.monitor}</th><td>${own.step}</td><td><code>${own.series}</code></td><td>${own.action}</td>${
        lead && html`<td>${own.lead ?? MISSING}</td>`
      }</tr>`,
  )}</tbody></table></div>`;
}

function movedContent({ movedFirst, onset }: Audit): SafeHtml | undefined {
  const { signals } = movedFirst;
  if (signals.length === 0) return undefined;
  const lead = onset?.step != null;
  return html`<p>The first step from which a signal stays outside the band of its first steps${lead && html`, and how long before accuracy was lost (step ${onset.step})`}. A signal that moves no earlier than a baseline has told nothing new.</p><div class="scroll"><table class="moved"><thead><tr><th scope="col">signal</th><th scope="col">step</th><th scope="col">direction</th>${
    lead && html`<th scope="col">lead in steps</th><th scope="col">in widths of the fall</th>`
  }</tr></thead><tbody>${signals.map(
    (own) =>
      html`<tr${own.baseline && html` class="baseline"`}><th scope="row">${titleOf(own.signal)}${own.baseline && html` <small>baseline</small>`}</th><td>${own.step ?? "stayed"}</td><td>${own.direction ?? MISSING}</td>${
        lead && html`<td>${own.lead ?? MISSING}</td><td>${plainNumber(own.leadInWidths)}</td>`
      }</tr>`,
  )}</tbody></table></div>`;
}

const titleOf = (signal: string): string =>
  signal === "gradNormPeak" ? "Peak of the gradient norm" : metricInfo(signal).title;

function tryContent({ whatToTry }: Audit): SafeHtml | undefined {
  if (whatToTry.length === 0) return undefined;
  return html`<ul class="tries">${whatToTry.map(
    ({ what, effect, page }) =>
      html`<li><b>${what}</b>${effect !== null && html` ${effect}`} <code>${page}</code></li>`,
  )}</ul><p class="note">Effects are of one small model on one task (docs/experiments.md).</p>`;
}

function omittedContent({ omitted, notices }: Audit): SafeHtml | undefined {
  if (omitted.length === 0 && notices.length === 0) return undefined;
  return html`${
    omitted.length > 0 &&
    html`<div class="scroll"><table><thead><tr><th scope="col">what</th><th scope="col">why</th></tr></thead><tbody>${omitted.map(
      ({ what, why }) => html`<tr><th scope="row">${what}</th><td>${why}</td></tr>`,
    )}</tbody></table></div>`
  }${notices.map((own) => html`<p class="note">${own}</p>`)}`;
}
