/** Reports as files: the entry to this folder. A report reads run directories and nothing else. */
import { dirname, resolve } from "node:path";
import { writeFileAtomic } from "../../io/fs/atomic.js";
import { makeFolder } from "../../io/fs/folder.js";
import { loadRuns } from "./run-data.js";
import { renderRunReport } from "./run-report.js";

export type { DemoReportData } from "./demo-data.js";
export { renderDemoReport } from "./demo-report.js";
export { terminalTable } from "./terminal-table.js";
export { type VoteExample, type VoteSet, voteExamples } from "./vote-example.js";

/**
 * Writes the report of runs to `output`, a path of an HTML file, and returns its absolute path. Folders on the way
 * are made; a file that is there is replaced in one step. Errors: those of `loadRuns` and of writing.
 */
export async function writeReport(runs: readonly string[], output: string): Promise<string> {
  const path = resolve(output);
  const page = renderRunReport(await loadRuns(runs));
  makeFolder(dirname(path));
  writeFileAtomic(path, page);
  return path;
}
