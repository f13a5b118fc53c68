/** `selftrain runs export`: a run to be handed on. */
import { runsExportSchema } from "../../config/runs-config.js";
import { defineCommand } from "../command.js";
import { print } from "../output.js";
import { shownPath } from "../words.js";

export const runsExportCommand = defineCommand({
  name: "export",
  summary: "Write a run as one archive or folder, without its checkpoints unless they are asked for",
  schema: runsExportSchema,
  positional: "run",
  examples: [
    "selftrain runs export runs/srt --output srt.tar.gz",
    "selftrain runs export runs/srt --output shared/srt --checkpoints last",
  ],
  async run(config, context) {
    const { exportRun } = await import("../../apps/runs/export-run.js");
    print(context, await exportRun(config), ({ output, files, bytes, checkpoints }) => {
      const models =
        checkpoints.length === 0 ? "no checkpoint" : `checkpoints of steps ${checkpoints.join(", ")}`;
      return `${shownPath(output)}: ${files} files, ${(bytes / 2 ** 20).toFixed(1)} MiB, ${models}`;
    });
    return 0;
  },
});
