import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Generous, so that a busy machine fails no test: nothing here is about time.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    // Every suite may start an engine with its own threads; two cores serve one at a time best.
    maxWorkers: 2,
    minWorkers: 1,
  },
});
