/** A long request is voted on in turns, and says the same as without them. */
import { describe, expect, it } from "vitest";
import { voteOnRequest } from "../../../src/apps/grade/vote-request.js";
import { voteServeConfigSchema } from "../../../src/config/grade-config.js";

const config = voteServeConfigSchema.parse({});
const body = (groups: number, samples: number, text = (i: number) => `so \\boxed{${i % 3}}`) =>
  JSON.stringify({
    groups: Array.from({ length: groups }, (_, g) => ({
      id: g,
      samples: Array.from({ length: samples }, (_, i) => ({ text: text(i) })),
    })),
  });

/** Pauses that a request takes, and its results. */
async function voted(request: string) {
  let pauses = 0;
  const { results } = await voteOnRequest(request, config, async () => {
    pauses++;
  });
  return { pauses, results };
}

describe("a long request", () => {
  it.each([
    ["many small groups", 1000, 8],
    ["one large group", 1, 8000],
  ])("lets others have their turn: %s", async (_, groups, samples) => {
    const { pauses, results } = await voted(body(groups, samples));
    // Some hundred samples a turn, however they are grouped.
    expect(pauses).toBeGreaterThan((groups * samples) / 200);
    expect(results).toHaveLength(groups);
    expect(results.every((vote) => vote.samples === samples)).toBe(true);
  });

  it("has turns by the characters that are graded", async () => {
    const long = (i: number) => `${"x".repeat(50_000)} \\boxed{${i}}`;
    expect((await voted(body(1, 40, long))).pauses).toBeGreaterThan(40);
    expect((await voted(body(1, 40))).pauses).toBeLessThan(10);
  });

  it("ends in a pause once it is given up", async () => {
    let pauses = 0;
    const running = voteOnRequest(body(1, 8000), config, async () => {
      if (++pauses === 5) throw new DOMException("gone", "AbortError");
    });
    await expect(running).rejects.toThrow("gone");
    expect(pauses).toBe(5);
  });
});
