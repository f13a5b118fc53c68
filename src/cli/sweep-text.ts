/** A sweep on the terminal: the tables at the end. */
import { join } from "node:path";
import { MISSING } from "../apps/report/format.js";
import type { SweepOutcome } from "../apps/sweep/sweep.js";
import {
  bestSentence,
  countsSentence,
  metricText,
  overText,
  signsText,
  statusText,
  valueCells,
} from "../apps/sweep/words.js";
import type { Paint } from "./style.js";
import { table } from "./table.js";
import { shellWord, shownPath } from "./words.js";

export function sweepText(outcome: SweepOutcome, paint: Paint): string {
  const { output, page, bases, runs } = outcome;
  const best = bestSentence(outcome);
  const failed = [...bases, ...runs].filter(({ error }) => error !== undefined);
  return [
    ...(outcome.combinations === null ? [] : [combinationsTable(outcome, paint), ""]),
    runsTable(outcome, paint),
    "",
    countsSentence(outcome),
    ...failed.map(({ name, error }) => paint("red", `failed: ${name}: ${error!.code}: ${error!.message}`)),
    ...(best === null ? [] : [best]),
    `table, plot and links: ${shownPath(page)}`,
    ...(failed.length > 0 ? [`logs: ${shellWord(shownPath(join(output, "jobs")))}`] : []),
  ].join("\n");
}

function combinationsTable(outcome: SweepOutcome, paint: Paint): string {
  const { keys, columns, combinations } = outcome;
  const header = [
    ...keys.map(({ name }) => name),
    "seeds",
    ...columns.map(({ title }) => title),
    "with signs",
  ];
  const rows = combinations!.map((one) => [
    ...valueCells(outcome, one),
    String(one.runs),
    ...columns.map((column) => overText(column, one.metrics[column.key])),
    one.runs > 0 ? `${one.withSigns} of ${one.runs}` : MISSING,
  ]);
  return table(header, rows, paint);
}

function runsTable(outcome: SweepOutcome, paint: Paint): string {
  const { keys, columns, runs } = outcome;
  const seeded = runs.some(({ seed }) => seed !== null);
  const header = [
    ...keys.map(({ name }) => name),
    ...(seeded ? ["seed"] : []),
    ...columns.map(({ title }) => title),
    "signs",
    "status",
  ];
  const rows = runs.map((run) => [
    ...valueCells(outcome, run),
    ...(seeded ? [String(run.seed)] : []),
    ...columns.map((column) => metricText(column, run.metrics[column.key])),
    signsText(run),
    statusText(run),
  ]);
  return table(header, rows, paint);
}
