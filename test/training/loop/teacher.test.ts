import { describe, expect, it } from "vitest";
import { easyCount } from "../../../src/core/curriculum/easiest.js";
import { easiestPrompts } from "../../../src/training/loop/teacher.js";

const prompts = ["a", "b", "c", "d", "e"].map((id) => ({ id, text: `${id}=` }));
const votes = new Map(
  Object.entries({ a: 0.5, b: 1, c: 0.5, d: 0.25, e: 0.75 }).map(([id, share]) => [
    id,
    { label: "1", share },
  ]),
);
const easiest = (fraction: number) => easiestPrompts(prompts, votes, fraction).map(({ id }) => id);

describe("easiestPrompts", () => {
  it("keeps the prompts of highest agreement, in pool order", () => {
    expect(easiest(0.4)).toEqual(["b", "e"]);
    expect(easiest(0.8)).toEqual(["a", "b", "c", "e"]);
    expect(easiest(1)).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("decides equal agreement by pool order", () => {
    expect(easiest(0.6)).toEqual(["a", "b", "e"]);
  });

  it("keeps at least one, and counts a prompt without a vote as the hardest", () => {
    expect(easiest(0)).toEqual(["b"]);
    const unknown = { id: "z", text: "z=" };
    expect(easiestPrompts([unknown, ...prompts], votes, 5 / 6).map(({ id }) => id)).toEqual(easiest(1));
  });

  it("keeps as many as the plan says", () => {
    for (const fraction of [0, 0.1, 0.3, 0.5, 0.9, 1])
      expect(easiest(fraction)).toHaveLength(easyCount(prompts.length, fraction));
  });
});
