/** `selftrain runs`: the runs below a folder, and how each stands; below it, what is in one, and what can be done with them. */
import { runsListSchema } from "../../config/runs-config.js";
import { defineCommand } from "../command.js";
import { runsCompareCommand } from "./runs-compare.js";
import { runsExportCommand } from "./runs-export.js";
import { printRuns, runsListCommand } from "./runs-list.js";
import { runsRemoveCommand } from "./runs-rm.js";
import { runsShowCommand } from "./runs-show.js";

export const runsCommand = defineCommand({
  name: "runs",
  summary: "List the runs below a folder",
  schema: runsListSchema,
  positional: "root",
  commands: [runsListCommand, runsShowCommand, runsCompareCommand, runsRemoveCommand, runsExportCommand],
  examples: [
    "selftrain runs",
    "selftrain runs experiments --json",
    "selftrain runs show runs/srt --step 3 --prompt 0",
    "selftrain runs compare runs/srt runs/control",
    "selftrain runs export runs/srt --output srt.tar.gz",
  ],
  run: ({ root }, context) => printRuns(root, context),
});
