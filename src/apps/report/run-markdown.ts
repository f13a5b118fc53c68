/** The report of runs as Markdown: what the page says in words and tables, its curves as lines of blocks. */
import { METRICS, metricInfo } from "../../core/monitor/catalogue/index.js";
import { MISSING, percent, percentInterval } from "./format.js";
import { fenced, plain, sparkline, table } from "./markdown.js";
import { armOfRuns } from "./run-arms.js";
import type { RunCourse } from "./run-course.js";
import type { RunData } from "./run-data.js";
import { evaluationRows } from "./run-results.js";
import { settingsThatDiffer } from "./run-settings.js";
import { headline, missingSentences, progress, warnings } from "./run-words.js";
import { curve, firstValue, lastValue, numericMetricNames } from "./series.js";
import { phaseStretches } from "./view/phase-cells.js";
import { inUnit } from "./view/plot.js";
import { type VoteExample, voteExamples } from "./vote-example.js";

const EXAMPLES = 3;
const CATALOGUE = Object.keys(METRICS);

export function runMarkdown(runs: readonly RunData[], courses: readonly (RunCourse | null)[]): string {
  const lines = [
    `# ${plain(headline(runs))}`,
    "",
    ...runs.flatMap((run) =>
      warnings(run).flatMap((text) => [`> **${plain(run.name)}**: ${plain(text)}`, ""]),
    ),
    `${runs.map(progress).map(plain).join(" · ")}`,
    "",
    ...runs.flatMap((run) => missingSentences(run).flatMap((text) => [`${plain(text)}`, ""])),
    ...results(runs),
    ...runs.flatMap((run, i) => metrics(run, runs.length > 1, courses[i] ?? null)),
    ...runs.flatMap((run, i) => votes(run, runs.length > 1, courses[i] ?? null)),
    ...differences(runs),
    "Made by selftrain.",
  ];
  return `${lines.join("\n")}\n`;
}

function results(runs: readonly RunData[]): string[] {
  const rows = evaluationRows(runs, armOfRuns(runs));
  if (rows.length === 0) return [];
  const keys = ["mean", "maj", "greedy", "pass"].filter((key) => rows.some(({ cells }) => cells[key]));
  return [
    "## Held-out results",
    "",
    "Brackets are 95% bootstrap intervals over prompts.",
    "",
    ...table(
      ["run", "", ...keys.map((key) => metricInfo(key).title)],
      rows.map(({ label, note, cells }) => [
        plain(label),
        plain(note ?? ""),
        ...keys.map((key) => {
          const cell = cells[key];
          if (!cell) return MISSING;
          return cell.interval
            ? `${percent(cell.value)} ${plain(percentInterval(cell.interval))}`
            : percent(cell.value);
        }),
      ]),
    ),
    "",
  ];
}

const title = (text: string, { name }: RunData, named: boolean): string[] => [
  `## ${text}${named ? `: ${plain(name)}` : ""}`,
  "",
];

/** First and last value of every metric, with its course. */
function metrics(run: RunData, named: boolean, course: RunCourse | null): string[] {
  const rows = (["step", "probe", "eval"] as const).flatMap((kind) => {
    const logged = numericMetricNames(run.records, kind);
    const known = CATALOGUE.filter((name) => logged.includes(name));
    return [...known, ...logged.filter((name) => !known.includes(name))].flatMap((name) => {
      const line = curve(run.records, kind, name);
      if (line === undefined) return [];
      const { title: words, unit } = metricInfo(name);
      return [
        [
          kind,
          plain(words === name ? name : `${words} (${name})`),
          inUnit(unit, firstValue(line) ?? null),
          inUnit(unit, lastValue(line) ?? null),
          sparkline(line.values),
        ],
      ];
    });
  });
  return [
    ...(rows.length === 0
      ? []
      : [...title("Metrics", run, named), ...table(["line", "metric", "first", "last", "course"], rows), ""]),
    ...(course?.phases?.spans.length
      ? [
          ...title("Phases", run, named),
          ...phaseStretches(course.phases.spans).map(
            ({ phase, stretches }) => `- **${phase}**: steps ${stretches.join(", ")}`,
          ),
          "",
        ]
      : []),
    ...(course?.alarms.length
      ? [
          ...title("Alarms", run, named),
          ...course.alarms.map(({ step, text }) => `- step ${step}: ${plain(text)}`),
          "",
        ]
      : []),
  ];
}

function votes(run: RunData, named: boolean, course: RunCourse | null): string[] {
  return run.rollouts.flatMap(({ step, rows }) => [
    ...title(`Votes at step ${step}`, run, named),
    ...voteExamples(rows, { count: EXAMPLES, truths: course?.truths ?? new Map() }).flatMap(vote),
  ]);
}

const vote = ({ prompt, classes, majority, truth, completion }: VoteExample): string[] => [
  ...fenced(prompt),
  "",
  ...table(
    ["answer", "votes", ""],
    classes.map(({ answer, count }) => [
      answer === null ? "*no answer*" : plain(answer),
      String(count),
      [
        ...(answer !== null && answer === majority ? ["majority"] : []),
        ...(answer !== null && answer === truth ? ["the true answer"] : []),
      ].join(", "),
    ]),
  ),
  "",
  "One of the samples:",
  "",
  ...fenced(completion),
  "",
];

function differences(runs: readonly RunData[]): string[] {
  const rows = settingsThatDiffer(runs);
  if (rows.length === 0) return [];
  return [
    "## Settings that differ",
    "",
    ...table(
      ["setting", ...runs.map(({ name }) => plain(name))],
      rows.map(({ name, values }) => [plain(name), ...values.map((value) => plain(value ?? MISSING))]),
    ),
    "",
  ];
}
