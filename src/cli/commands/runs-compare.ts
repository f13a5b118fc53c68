/** `selftrain runs compare`: the settings that differ, then what came of them. */
import { MISSING } from "../../apps/report/format.js";
import type { ComparedRow, Comparison } from "../../apps/runs/compare.js";
import { runsCompareSchema } from "../../config/runs-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";
import { table } from "../table.js";

const shown = (value: ComparedRow["values"][number]): string => {
  if (value === null) return MISSING;
  return typeof value === "string" || Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(4)));
};

function comparisonText({ runs, config, figures, unknown }: Comparison, paint: Paint): string {
  const names = runs.map(({ name, path }, i) =>
    runs.findIndex((own) => own.name === name) === i ? name : path,
  );
  const part = (title: string, rows: readonly ComparedRow[]) =>
    table(
      [title, ...names],
      rows.map(({ name, values }) => [name, ...values.map(shown)]),
      paint,
    );
  return [
    config.length === 0 ? "No setting differs." : part("settings that differ", config),
    ...unknown.map((path) => `The settings of ${path} cannot be read.`),
    "",
    part("figures", figures),
  ].join("\n");
}

export const runsCompareCommand = defineCommand({
  name: "compare",
  summary: "Compare runs: the settings that differ, then their figures",
  schema: runsCompareSchema,
  positional: "runs",
  examples: ["selftrain runs compare runs/srt runs/control", "selftrain runs compare runs/seed-* --json"],
  async run({ runs }, context) {
    const { compareRuns } = await import("../../apps/runs/compare.js");
    print(context, compareRuns(runs), comparisonText);
    return 0;
  },
});
