/** `selftrain runs list`: the runs below a folder, and how each stands. */
import { existsSync } from "node:fs";
import { MISSING, percent } from "../../apps/report/format.js";
import { runsListSchema } from "../../config/runs-config.js";
import type { RunSummary } from "../../run/list-runs.js";
import { type Context, defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";
import { table } from "../table.js";

function runsTable(runs: readonly RunSummary[], paint: Paint): string {
  if (runs.length === 0) return "no runs here; `selftrain demo` makes some";
  const rows = runs.map((run) => [
    run.path,
    run.kind ?? MISSING,
    run.prompts ?? MISSING,
    run.stepsPlanned === null ? `${run.stepsDone}` : `${run.stepsDone}/${run.stepsPlanned}`,
    percent(run.accuracy),
    percent(run.agreement),
    run.status,
    run.created?.slice(0, 16).replace("T", " ") ?? MISSING,
    run.problem ?? "",
  ]);
  const header = [
    "run",
    "kind",
    "prompts",
    "steps",
    "accuracy",
    "agreement",
    "status",
    "created (UTC)",
    "problem",
  ];
  return table(header, rows, paint, "text");
}

/** Without runs there is no such folder yet, which is no mistake unless the user named it. */
export async function printRuns(root: string | undefined, context: Context): Promise<number> {
  const { listRuns } = await import("../../run/list-runs.js");
  const none = root === undefined && !existsSync("runs");
  print(context, none ? [] : listRuns(root ?? "runs"), runsTable);
  return 0;
}

export const runsListCommand = defineCommand({
  name: "list",
  summary: "List the runs below a folder; `selftrain runs` alone does so too",
  schema: runsListSchema,
  positional: "root",
  examples: ["selftrain runs list", "selftrain runs list experiments --json"],
  run: ({ root }, context) => printRuns(root, context),
});
