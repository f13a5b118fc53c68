/** Configuration of `selftrain sql`: a run, a query, and how far it may go. */
import { z } from "zod";

export const sqlConfigSchema = z.strictObject({
  run: z.string().describe("Run directory, finished or not"),
  query: z
    .string()
    .optional()
    .describe(
      "One SQL query that reads (default: the views and their columns); - reads it from standard input",
    ),
  limit: z.int().min(0).default(1000).describe("Most rows of the result; 0 for all of them"),
  seconds: z.number().positive().max(86_400).default(30).describe("Seconds that the query may take"),
  csv: z.boolean().default(false).describe("Print CSV, with a header"),
});

export type SqlConfig = z.output<typeof sqlConfigSchema>;
