/** A study on the terminal: the verdicts, the figures, and what is missing. */
import { join } from "node:path";
import {
  armTitle,
  cautions,
  intervalText,
  judgedText,
  statusText,
  unitWord,
  valueText,
  verdictsSentence,
} from "../apps/study/report/words.js";
import type { StudyOutcome } from "../apps/study/study.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";
import { shellWord, shownPath } from "./words.js";

const COLOURS = { agrees: "green", disagrees: "red", undecided: "yellow", incomplete: "yellow" } as const;

export function studyText(outcome: StudyOutcome, paint: Paint): string {
  const { title, predictions, measures, runs, output, page } = outcome;
  const failed = runs.filter(({ error }) => error !== undefined);
  const rows = measures.map((measure) => [
    `${measure.title}${unitWord(measure) && ` (${unitWord(measure)})`}`,
    valueText(measure, measure.mean),
    intervalText(measure, measure.overSeeds),
    intervalText(measure, measure.overPrompts),
  ]);
  return [
    title,
    "",
    ...predictions.flatMap(({ says, verdict, rules }) => [
      `${paint(COLOURS[verdict], verdict)}: ${says}`,
      ...rules.map((rule) => `    ${judgedText(measures, rule)}`),
    ]),
    "",
    table(["measure", "mean", "over seeds", "over prompts"], rows, paint),
    "",
    ...failed.map(({ arm, seed, error, status }) =>
      paint(
        "red",
        `${armTitle(outcome, arm)}, seed ${seed}, ${statusText({ status, error } as never)}: ${error!.message}`,
      ),
    ),
    ...cautions(outcome).map((text) => paint("yellow", text)),
    verdictsSentence(predictions),
    `report: ${shownPath(page)}`,
    ...(failed.length > 0 ? [`logs: ${shellWord(shownPath(join(output, "jobs")))}`] : []),
  ].join("\n");
}

interface Listed {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly seeds: number;
  readonly runs: number;
  readonly minutes: number;
}

export function studyListText(studies: readonly Listed[], paint: Paint): string {
  const rows = studies.map(({ id, name, title, seeds, runs, minutes }) => [
    id,
    name,
    title,
    String(seeds),
    String(runs),
    String(minutes),
  ]);
  return table(["id", "name", "asks", "seeds", "runs", "minutes"], rows, paint, "text");
}
