/** Reports as files: the entry to this folder. A report reads run directories and nothing else. */
import { dirname, resolve } from "node:path";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { printed } from "./chromium.js";
import type { RunCourse } from "./run-course.js";
import { loadRuns } from "./run-data.js";
import { runMarkdown } from "./run-markdown.js";
import { renderRunReport } from "./run-report.js";

export type { DemoReportData } from "./demo-data.js";
export { renderDemoReport } from "./demo-report.js";
export { terminalTable } from "./terminal-table.js";
export { type VoteExample, type VoteSet, voteExamples } from "./vote-example.js";

export const REPORT_FORMATS = ["html", "md", "pdf"] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportOptions {
  /** Default: `html`, a page of one file. */
  readonly format?: ReportFormat;
  /** Reads the votes of a run over its steps; without it the report is of the metrics and two steps' votes alone. */
  readonly courseOf?: (run: string) => Promise<RunCourse | null>;
}

/**
 * Writes the report of runs to `output`, and returns its absolute path. Folders on the way are made; a file that is there is replaced in one
 * step. Errors: those of `loadRuns`, of `printed` and of writing.
 */
export async function writeReport(
  runs: readonly string[],
  output: string,
  { format = "html", courseOf }: ReportOptions = {},
): Promise<string> {
  const path = resolve(output);
  const data = await loadRuns(runs);
  const courses: (RunCourse | null)[] = [];
  for (const run of runs) courses.push((await courseOf?.(run)) ?? null);
  const report =
    format === "md"
      ? runMarkdown(data, courses)
      : format === "pdf"
        ? await printed(renderRunReport(data, courses))
        : renderRunReport(data, courses);
  makeFolder(dirname(path));
  writeFileAtomic(path, report);
  return path;
}
