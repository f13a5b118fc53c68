/** `selftrain runs rm`: deletes runs. */
import { runsRemoveSchema } from "../../config/runs-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { shownPath } from "../words.js";

export const runsRemoveCommand = defineCommand({
  name: "rm",
  summary: "Delete runs for good, none of which is running",
  schema: runsRemoveSchema,
  positional: "runs",
  examples: ["selftrain runs rm runs/first-try", "selftrain runs rm runs/first-try runs/second-try --yes"],
  async run({ runs, yes }, context) {
    const { removeRuns } = await import("../../apps/runs/remove.js");
    print(context, removeRuns(runs, { yes }), (removed) =>
      removed.map(({ path, files }) => `deleted ${shownPath(path)}, ${files} files`).join("\n"),
    );
    return 0;
  },
});
