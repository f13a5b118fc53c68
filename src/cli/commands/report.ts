/** `selftrain report`: one self-contained HTML page over one run or several, or the same as Markdown or PDF. */
import { extname, join } from "node:path";
import { z } from "zod";
import { defineCommand } from "../command.js";
import { print } from "../output.js";

const FORMATS = ["html", "md", "pdf"] as const;
type Format = (typeof FORMATS)[number];

export const reportCommand = defineCommand({
  name: "report",
  summary: "Write one self-contained HTML page with the curves and votes of one run or several",
  schema: z.strictObject({
    runs: z
      .array(z.string())
      .min(1)
      .describe("Run directories; the first is the subject, the others are compared"),
    format: z
      .enum(FORMATS)
      .optional()
      .describe(
        "html, md or pdf; a PDF is printed by a Chromium of this machine (default: that of the output's name, else html)",
      ),
    output: z
      .string()
      .optional()
      .describe("File to write (default: report.html in the first run, or .md, .pdf)"),
  }),
  positional: "runs",
  examples: [
    "selftrain report runs/srt",
    "selftrain report runs/srt runs/ground-truth --output compare.html",
    "selftrain report runs/srt --format pdf",
  ],
  async run({ runs, output, format = formatOf(output) }, context) {
    const { writeReport } = await import("../../apps/report/report.js");
    const { courseOf } = await import("../../apps/dashboard/figures/report-course.js");
    const report = await writeReport(runs, output ?? join(runs[0] ?? ".", `report.${format}`), {
      format,
      courseOf,
    });
    print(context, { report }, () => report);
    return 0;
  },
});

/** By the end of a file's name. */
function formatOf(output: string | undefined): Format {
  const end = extname(output ?? "")
    .slice(1)
    .toLowerCase();
  return FORMATS.find((format) => format === end) ?? "html";
}
