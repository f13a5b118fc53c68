/** The page of one run or several: the same pieces as the demo's, curves of several runs over each other. */
import { gapSentences } from "../../run/gaps.js";
import { signsOf } from "../../training/loop/signs.js";
import { alarmSentence } from "../../training/monitors/alarm-text.js";
import { monitoringOf } from "../../training/monitors/monitoring.js";
import { html, type SafeHtml } from "./html.js";
import { renderPage } from "./page.js";
import { armOfRuns } from "./run-arms.js";
import { runCurves } from "./run-curves.js";
import type { RunData } from "./run-data.js";
import { evaluationRows, evaluationTable, meanAccuracy, rewardName } from "./run-results.js";
import { settingsContent } from "./run-settings.js";
import { gainSentence } from "./verdict.js";
import { voteExamples } from "./vote-example.js";
import { voteSets } from "./votes.js";

const EXAMPLES = 3;
/** Alarms at the head; a learning rate may be lowered many times. */
const ALARMS = 6;

/** The report as one self-contained HTML text; `runs` holds at least one. */
export function renderRunReport(runs: readonly RunData[]): string {
  const series = armOfRuns(runs);
  const votes = voteSets(
    runs.flatMap((run) =>
      run.rollouts.map(({ step, rows }) => ({
        title: runs.length === 1 ? `Step ${step}` : `${run.name}, step ${step}`,
        examples: voteExamples(rows, { count: EXAMPLES }),
      })),
    ),
  );
  const rows = evaluationRows(runs, series);
  return renderPage({
    title: `selftrain: ${runs.map(({ name }) => name).join(", ")}`,
    kicker: runs.length === 1 ? "selftrain run" : "selftrain runs",
    headline: headline(runs),
    lead: html`${runs.flatMap((run) => warning(run, runs.length > 1))}<p class="note">${runs.map(progress).join(" · ")}</p>${runs.flatMap(missing)}`,
    sections: [
      { id: "results", title: "Held-out results", link: "Results", content: evaluationTable(rows) },
      { id: "training", title: "Training, step by step", link: "Training", content: runCurves(series) },
      {
        id: "votes",
        title: "Look at the votes",
        link: "Votes",
        content:
          votes &&
          html`<p>Prompts from the most divided vote to the most agreed. The blue bar is the majority. A run keeps no true answers beside its rollouts, so none is shown.</p>${votes}`,
      },
      { id: "about", title: "Settings and machine", link: "Settings", content: settingsContent(runs) },
    ],
    footer: html`Made by selftrain from ${runs.map(({ name }) => name).join(", ")}. This file is complete: it loads nothing from the network.`,
  });
}

function headline(runs: readonly RunData[]): string {
  if (runs.length > 1) return `${runs.length} runs compared: ${runs.map(({ name }) => name).join(", ")}`;
  const run = runs[0]!;
  const accuracies = run.records
    .filter(({ kind }) => kind === "eval")
    .flatMap((record) => meanAccuracy(record) ?? []);
  const [before, after] = [accuracies[0], accuracies.at(-1)];
  if (!before || !after || before === after) return `Run ${run.name}`;
  return gainSentence(rewardName(run), before, after);
}

/** What a run has lost, a line each: its curves and votes are shown without. */
const missing = ({ name, gaps }: RunData) =>
  gapSentences(gaps).map((gap) => html`<p class="note">Missing in ${name}: ${gap}.</p>`);

/** Signs that the run destroyed its model, or learned nothing, and the alarms of its monitors, read off its records. */
function warning({ name, config, records }: RunData, named: boolean): readonly SafeHtml[] {
  const restored = records.findLast(({ metrics }) => "restoredStep" in metrics)?.metrics.restoredStep;
  const policy = typeof restored === "number" ? restored : null;
  const signs = signsOf(config as Parameters<typeof signsOf>[0], records, policy);
  const { alarms } = monitoringOf(config as Parameters<typeof monitoringOf>[0], records);
  const sentences = [
    ...(signs ? [signs.sentence] : []),
    ...alarms.slice(0, ALARMS).map((alarm) => `Alarm ${alarmSentence(alarm)}.`),
    ...(alarms.length > ALARMS
      ? [`${alarms.length - ALARMS} more alarms stand in alarms.jsonl of the run.`]
      : []),
  ];
  return sentences.map(
    (sentence) => html`<p class="warning">${named && html`<b>${name}</b>: `}${sentence}</p>`,
  );
}

/** How far a run came. */
function progress(run: RunData): string {
  const steps = run.records.flatMap(({ kind, step }) => (kind === "step" ? [step] : []));
  const planned = typeof run.config.steps === "number" ? ` of ${run.config.steps}` : "";
  return `${run.name}: step ${Math.max(0, ...steps)}${planned}`;
}
