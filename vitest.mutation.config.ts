/** What `npm run mutation` runs for every mutant: of the tests of canonical answers, those that are the same at every run, and measure no time. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/core/answer/canonical/{clusters,keys,numbers}.test.ts"],
    testTimeout: 120_000,
  },
});
