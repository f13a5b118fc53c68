import { describe, expect, it } from "vitest";
import { alphabetOf, sharedAlphabet } from "../../../src/data/tasks/alphabet.js";
import { listTasks, taskNamed } from "../../../src/data/tasks/registry.js";
import { SelftrainError } from "../../../src/errors.js";
import { Random } from "../../../src/random.js";

/** The error that a call throws. */
function errorOf(call: () => unknown): SelftrainError {
  try {
    call();
  } catch (error) {
    if (error instanceof SelftrainError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("the registry", () => {
  it("lists tasks in alphabetical order, each with levels", () => {
    const names = listTasks().map(({ name }) => name);
    expect(names).toEqual([...new Set(names)].sort());
    expect(names.length).toBeGreaterThanOrEqual(9);
    for (const { levels } of listTasks()) {
      const numbers = levels.map(({ level }) => level);
      expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
      expect(numbers.length).toBeGreaterThan(0);
    }
  });

  it("finds a task by name", () => {
    expect(taskNamed("gcd").generate(2, new Random(1)).prompt).toMatch(/^g\d\d,\d\d=$/);
  });

  it("names the nearest task for a typing error", () => {
    const error = errorOf(() => taskNamed("sortin"));
    expect(error.code).toBe("task-unknown");
    expect(error.found).toBe("sortin");
    expect(error.remedy).toContain('"sorting"');
  });

  it("refuses an unknown level and a foreign prompt", () => {
    const task = taskNamed("gcd");
    for (const call of [() => task.generate(9, new Random(1)), () => task.maxSolutionLength(9)]) {
      expect(errorOf(call)).toMatchObject({
        code: "task-level-unknown",
        found: 9,
        expected: "one of 2, 3, 4",
      });
    }
    const error = errorOf(() => task.solve("6+6=", 0, new Random(1)));
    expect(error).toMatchObject({ code: "task-prompt-malformed", found: "6+6=" });
    expect(error.expected).toContain("g84,36=");
  });
});

describe("the shared alphabet", () => {
  it("is the union of the alphabets, each character once, in code point order", () => {
    const shared = sharedAlphabet();
    expect([...shared]).toEqual([...new Set(shared)].sort());
    for (const { alphabet } of listTasks())
      for (const character of alphabet) expect(shared).toContain(character);
  });

  it("does not depend on the order of the tasks", () => {
    expect(alphabetOf([...listTasks()].reverse())).toBe(sharedAlphabet());
  });

  it("can be of one task alone", () => {
    expect(alphabetOf([taskNamed("gcd")])).toBe("#,0123456789=g");
  });
});
