/** What panels show as queries of `selftrain sql`. */
import type { SeriesName } from "../../api/metrics.js";
import type { Source } from "../../api/routes.js";

/** Metrics of steps; those of evaluations, validations and probes stand in another view, by their kind. */
const fromOf = (kind: string): string => (kind === "step" ? "metrics" : `evals where kind = '${kind}'`);

/** Series of one kind, as they were logged. */
export function seriesSql(names: readonly SeriesName[]): string {
  const [kind] = names[0]!.split(".");
  const columns = names.map((name) => `"${name.replace(/^[^.]+\.(time\.)?/, "").replaceAll('"', '""')}"`);
  return `select step, ${columns.join(", ")} from ${fromOf(kind!)} order by step`;
}

/** Labels and agreement of the probe's prompts over steps. */
export const MATRIX_SQL = `select step, "group", any_value(prompt) as prompt, any_value(voteLabel) as label, any_value(voteShare) as agreement from probe group by step, "group" order by "group", step`;

/** How often each answer was given at each step: to one prompt, or to all. */
export function answersSql(source: Source, promptId?: string): string {
  const where = promptId === undefined ? "" : ` where promptId = '${promptId.replaceAll("'", "''")}'`;
  return `select step, answer, count(*) as samples from ${source}${where} group by step, answer order by step, samples desc`;
}

/** The groups of a step with their votes. */
export const groupsSql = (step: number): string =>
  `select * from groups where step = ${step} order by "group"`;

/** The rollouts of a group. */
export const groupSql = (source: Source, step: number, group: number): string =>
  `select * from ${source} where step = ${step} and "group" = ${group} order by sample`;

/** What one who has asked nothing yet may begin with. */
export const EXAMPLE_SQL = "select step, agreement, accuracy from metrics order by step";
