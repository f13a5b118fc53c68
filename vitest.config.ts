import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 60_000,
    // Every suite may start an engine with its own threads; two cores serve one at a time best.
    maxWorkers: 2,
    minWorkers: 1,
  },
});
