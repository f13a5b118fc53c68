/** How a download reads: one line rewritten on a terminal, a line now and then elsewhere. */
import { expect, it } from "vitest";
import { logLine } from "../../../src/apps/progress/lines.js";
import { ProgressState } from "../../../src/apps/progress/state.js";
import { liveLines } from "../../../src/cli/progress/live-lines.js";

const event = {
  type: "download",
  repo: "org/tiny",
  file: "model.safetensors",
  index: 2,
  files: 3,
  bytes: 20_000_000,
  totalBytes: 980_000_000,
} as const;

function stateAt(bytes: readonly number[]): ProgressState {
  const state = new ProgressState("generate");
  for (const [second, done] of bytes.entries()) state.handle({ ...event, bytes: done }, second);
  return state;
}

it("says file, size, speed and time left", () => {
  // What an earlier call had downloaded does not count as speed.
  const view = stateAt([500_000_000, 512_300_000, 524_600_000]).view(2);
  expect(logLine(view)).toBe(
    "generate: downloading org/tiny, model.safetensors (file 2 of 3), 525/980 MB, 12 MB/s, 38 s left",
  );
  expect(liveLines(view, 100, (_, text) => text)).toEqual([
    `download   ${"━".repeat(21)}${"╌".repeat(19)} 2/3  525/980 MB  12 MB/s  38 s left  model.safe…`,
  ]);
});

it("says what it knows at first, and is gone with the next event", () => {
  const state = stateAt([5_000_000]);
  expect(logLine(state.view(0))).toBe(
    "generate: downloading org/tiny, model.safetensors (file 2 of 3), 5.0/980 MB",
  );
  state.handle({ type: "phase", phase: "sample", done: 1, total: 2 }, 1);
  expect(state.view(1).download).toBeNull();
  expect(logLine(state.view(1))).toBe("generate: sample 50%");
});
