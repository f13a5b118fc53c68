/** `selftrain runs`: the runs below a folder, and how each stands; below it, what is in one. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { MISSING, percent } from "../../apps/report/format.js";
import type { RunSummary } from "../../run/list-runs.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import type { Paint } from "../style.js";
import { table } from "../table.js";
import { runsShowCommand } from "./runs-show.js";

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

export const runsCommand = defineCommand({
  name: "runs",
  summary: "List the runs below a folder",
  schema: z.strictObject({
    root: z.string().optional().describe("Folder to look in (default: runs)"),
  }),
  positional: "root",
  commands: [runsShowCommand],
  examples: [
    "selftrain runs",
    "selftrain runs experiments --json",
    "selftrain runs show runs/srt --step 3 --prompt 0",
  ],
  async run({ root }, context) {
    const { listRuns } = await import("../../run/list-runs.js");
    // Without runs there is no such folder yet, which is no mistake unless the user named it.
    const none = root === undefined && !existsSync("runs");
    print(context, none ? [] : listRuns(root ?? "runs"), runsTable);
    return 0;
  },
});
