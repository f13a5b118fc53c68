/** The report as Markdown, for docs/studies and for reading in a terminal. */
import { duration, MISSING } from "../../report/format.js";
import { plain, table } from "../../report/markdown.js";
import type { StudyMeasure, StudyResults } from "../results.js";
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

export function studyMarkdown(results: StudyResults): string {
  const { title, claim, note, minutes, seconds, seeds, predictions, measures, runs } = results;
  const open = runs.filter(({ status }) => status !== "finished");
  return [
    `# ${plain(title)}`,
    "",
    ...cautions(results).flatMap((text) => [`> ${plain(text)}`, ""]),
    `**Claim.** ${plain(claim.text)} (${plain(claim.source)})`,
    "",
    ...(claim.numbers === undefined ? [] : [`**Its figures.** ${plain(claim.numbers)}`, ""]),
    ...(note === null ? [] : [`**Here.** ${plain(note)}`, ""]),
    "```bash",
    commandOf(results),
    "```",
    "",
    `Seeds ${seeds.join(", ")}; ${runs.length} runs; ${duration(seconds)} of steps and evaluations (stated: ${minutes} min of one core). ${fixedSentence(results)}`,
    "",
    `## ${verdictsSentence(predictions)}`,
    "",
    ...table(
      ["predicted", "verdict", "by"],
      predictions.map(({ says, verdict, rules }) => [
        plain(says),
        `**${verdict}**`,
        rules.map((rule) => plain(judgedText(measures, rule))).join("; "),
      ]),
    ),
    "",
    "## Measures",
    "",
    INTERVALS,
    "",
    ...table(
      ["measure", "mean", "over seeds", "over prompts", ...seeds.map((seed) => `seed ${seed}`)],
      measures.map(measureCells),
    ),
    "",
    ...audits(results),
    ...(open.length === 0
      ? []
      : [
          "## Missing",
          "",
          ...table(
            ["run", "status", "why"],
            open.map((run) => [
              plain(run.name),
              plain(statusText(run)),
              plain(run.error?.message ?? MISSING),
            ]),
          ),
          "",
        ]),
  ].join("\n");
}

function measureCells(measure: StudyMeasure): string[] {
  const unit = unitWord(measure);
  return [
    `${plain(measure.title)}${unit && ` (${unit})`}`,
    valueText(measure, measure.mean),
    intervalText(measure, measure.overSeeds),
    intervalText(measure, measure.overPrompts),
    ...measure.bySeed.map((value) => valueText(measure, value)),
  ];
}

function audits(results: StudyResults): string[] {
  const audited = results.runs.filter(({ audit }) => audit !== null);
  if (audited.length === 0) return [];
  return [
    "## Audits",
    "",
    ...table(
      ["arm", "seed", "audit"],
      audited.map(({ arm, seed, audit }) => [plain(armTitle(results, arm)), String(seed), plain(audit!)]),
    ),
    "",
  ];
}
