/** `selftrain report`: one self-contained HTML page over one run or several. */
import { join } from "node:path";
import { z } from "zod";
import { defineCommand } from "../command.js";
import { print } from "../output.js";

export const reportCommand = defineCommand({
  name: "report",
  summary: "Write one self-contained HTML page with the curves of one run or several",
  schema: z.strictObject({
    runs: z
      .array(z.string())
      .min(1)
      .describe("Run directories; the first is the subject, the others are compared"),
    output: z.string().optional().describe("File to write (default: report.html in the first run)"),
  }),
  positional: "runs",
  examples: [
    "selftrain report runs/srt",
    "selftrain report runs/srt runs/ground-truth --output compare.html",
  ],
  async run({ runs, output }, context) {
    const { writeReport } = await import("../../apps/report/report.js");
    const report = await writeReport(runs, output ?? join(runs[0] ?? ".", "report.html"));
    print(context, { report }, () => report);
    return 0;
  },
});
