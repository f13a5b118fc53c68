/** What commands take that begin runs as processes of their own. */
import { fileURLToPath } from "node:url";
import { z } from "zod";

const positiveInt = z.int().positive();

/** The command line itself, for the processes of the runs. */
export const PROGRAM = [process.execPath, fileURLToPath(new URL("./main.js", import.meta.url))];

export const limitKeys = {
  jobs: positiveInt.optional().describe("Most runs at once (default: as many as cores and memory allow)"),
  memoryMiB: positiveInt
    .optional()
    .describe("Memory that all runs together may take, in MiB (default: what is free)"),
};
