/** What `npm run mutation` runs for every mutant: the tests of canonical answers, without those that measure time. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/answer/canonical/{clusters,numbers,properties}.test.ts"],
    testTimeout: 120_000,
  },
});
