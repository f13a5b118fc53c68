/** Files of a job that are the same for every run: the package's folder handoff/, beside the sources and beside the build. */
import fs from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../handoff", import.meta.url));

/** What every job has. */
const SHARED = "selftrain_vote.py";

/** Text of each file by its name in the job folder. */
export const assetTexts = (assets: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [SHARED, ...assets].map((path) => [basename(path), fs.readFileSync(join(FOLDER, path), "utf8")]),
  );
