/** The page of one run or several: the same pieces as the demo's, curves of several runs over each other. */
import { html } from "./html.js";
import { renderPage } from "./page.js";
import { armOfRuns } from "./run-arms.js";
import type { RunCourse } from "./run-course.js";
import { runCurves } from "./run-curves.js";
import type { RunData } from "./run-data.js";
import { evaluationRows, evaluationTable } from "./run-results.js";
import { settingsContent } from "./run-settings.js";
import { VotesOverSteps } from "./run-votes.js";
import { headline, missingSentences, progress, warnings } from "./run-words.js";
import { draw } from "./view/draw.js";
import { VoteSets } from "./view/vote-card.js";
import { voteExamples } from "./vote-example.js";

const EXAMPLES = 3;

/** The report as one self-contained HTML text; `runs` holds at least one. */
export function renderRunReport(
  runs: readonly RunData[],
  courses: readonly (RunCourse | null)[] = [],
): string {
  const series = armOfRuns(runs);
  const over = courses.flatMap(
    (course, i) =>
      (course && draw(VotesOverSteps, { name: runs.length === 1 ? null : runs[i]!.name, course })) ?? [],
  );
  const known = courses.some((course) => course !== null && course.truths.size > 0);
  const votes = draw(VoteSets, {
    sets: runs.flatMap((run, i) =>
      run.rollouts.map(({ step, rows }) => ({
        title: runs.length === 1 ? `Step ${step}` : `${run.name}, step ${step}`,
        examples: voteExamples(rows, { count: EXAMPLES, truths: courses[i]?.truths ?? new Map() }),
      })),
    ),
  });
  const rows = evaluationRows(runs, series);
  return renderPage({
    title: `selftrain: ${runs.map(({ name }) => name).join(", ")}`,
    kicker: runs.length === 1 ? "selftrain run" : "selftrain runs",
    headline: headline(runs),
    lead: html`${runs.flatMap((run) => warnings(run).map((sentence) => html`<p class="warning">${runs.length > 1 && html`<b>${run.name}</b>: `}${sentence}</p>`))}<p class="note">${runs.map(progress).join(" · ")}</p>${runs.flatMap(missingSentences).map((sentence) => html`<p class="note">${sentence}</p>`)}`,
    sections: [
      { id: "results", title: "Held-out results", link: "Results", content: evaluationTable(rows) },
      {
        id: "training",
        title: "Training, step by step",
        link: "Training",
        content: runCurves(series, courses),
      },
      {
        id: "course",
        title: "Votes over the steps",
        link: "Votes over the steps",
        content: over.length === 0 ? undefined : html`${over}`,
      },
      {
        id: "votes",
        title: "Look at the votes",
        link: "Votes",
        content:
          votes &&
          html`<p>Prompts from the most divided vote to the most agreed. The blue bar is the majority. ${known ? "True answers are those of the prompts as they are on this machine." : "True answers are not known."}</p>${votes}`,
      },
      { id: "about", title: "Settings and machine", link: "Settings", content: settingsContent(runs) },
    ],
    footer: html`Made by selftrain from ${runs.map(({ name }) => name).join(", ")}. This file is complete: it loads nothing from the network.`,
  });
}
