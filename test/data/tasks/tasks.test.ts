import { describe, expect, it } from "vitest";
import { listTasks } from "../../../src/data/tasks/registry.js";
import type { Task } from "../../../src/data/tasks/task.js";
import { Random } from "../../../src/random.js";
import { countdownExpressions, oracles } from "./oracles.js";

const answerOf = (completion: string) => completion.slice(completion.lastIndexOf("#") + 1);

/** `count` problems of a level. */
const problems = (task: Task, level: number, count: number) =>
  Array.from({ length: count }, (_, i) => task.generate(level, new Random(level, i)));

const cases = listTasks().flatMap((task) =>
  task.levels.map(({ level }) => ({ name: task.name, task, level })),
);

describe.each(cases)("$name level $level", ({ task, level }) => {
  const drawn = problems(task, level, 200);

  it("has the true answer, by an independent computation", () => {
    for (const { prompt, answer } of drawn) {
      const oracle = oracles[task.name];
      if (oracle !== undefined) {
        expect(answer, prompt).toBe(oracle(prompt));
        continue;
      }
      expect(task.name).toBe("countdown");
      const [target, ...numbers] = (prompt.match(/\d+/g) ?? []).map(Number).reverse() as [
        number,
        ...number[],
      ];
      const reaching = [...countdownExpressions(numbers)].filter(([, value]) => value === BigInt(target));
      const forms = new Set(reaching.map(([expression]) => task.canonicalise(expression)));
      expect([...forms], prompt).toEqual([answer]);
    }
  });

  it("solves without slips to # and the true answer, and its answer is canonical", () => {
    for (const [i, { prompt, answer }] of drawn.entries()) {
      const solution = task.solve(prompt, 0, new Random(i));
      expect(solution.endsWith(`#${answer}`), solution).toBe(true);
      expect(task.canonicalise(answer)).toBe(answer);
    }
  });

  it("shows the result that its steps came to, where it does, whatever slips", () => {
    const { lastResult } = task;
    if (lastResult === undefined) {
      expect(["countdown", "equations", "mental-sums"]).toContain(task.name);
      return;
    }
    for (const { prompt } of drawn) {
      for (const slip of [0, 0.3, 1]) {
        const solution = task.solve(prompt, slip, new Random(slip * 10));
        const found = lastResult(prompt, solution);
        expect(found === null ? null : task.canonicalise(found), prompt + solution).toBe(answerOf(solution));
        // Another answer behind the same steps changes nothing.
        expect(lastResult(prompt, `${solution.slice(0, solution.lastIndexOf("#"))}#5`)).toBe(found);
      }
      for (const other of ["", "#", "#5", "nothing#5", answerOf(task.solve(prompt, 0, new Random(1)))])
        expect(lastResult(prompt, other)).toBeNull();
    }
  });

  it("keeps to its alphabet and to its longest solution, whatever slips", () => {
    const alphabet = new Set(task.alphabet);
    const longest = task.maxSolutionLength(level);
    const faulty = drawn.flatMap(({ prompt }, i) =>
      [0, 0.1, 0.3, 0.6, 1]
        .map((slip) => task.solve(prompt, slip, new Random(i, slip * 10)))
        .filter((solution) => {
          const answer = answerOf(solution);
          const spelt = [...(prompt + solution)].every((character) => alphabet.has(character));
          return !spelt || solution.length + 1 > longest || task.canonicalise(answer) !== answer;
        })
        .map((solution) => prompt + solution),
    );
    expect(faulty).toEqual([]);
  });

  it("is mostly wrong when every step slips, and more often wrong the more slips", () => {
    const wrongShare = (slip: number) =>
      drawn.filter(({ prompt, answer }, i) => answerOf(task.solve(prompt, slip, new Random(i, 1))) !== answer)
        .length / drawn.length;
    const [some, all] = [wrongShare(0.2), wrongShare(1)];
    expect(all).toBeGreaterThan(0.8);
    expect(some).toBeGreaterThan(0.1);
    expect(some).toBeLessThan(all);
  });

  it("is a function of the random stream", () => {
    expect(problems(task, level, 20)).toEqual(drawn.slice(0, 20));
    const [{ prompt }] = drawn as [(typeof drawn)[0]];
    const solve = (seed: number) => task.solve(prompt, 0.5, new Random(seed));
    expect(solve(3)).toBe(solve(3));
    expect(new Set(Array.from({ length: 30 }, (_, seed) => solve(seed))).size).toBeGreaterThan(1);
  });

  it("has prompts of its own form only", () => {
    for (const other of listTasks().filter(({ name }) => name !== task.name)) {
      const { prompt } = task.generate(level, new Random(1));
      const solvable = (() => {
        try {
          other.solve(prompt, 0, new Random(0));
          return true;
        } catch {
          return false;
        }
      })();
      expect(solvable, `${prompt} as ${other.name}`).toBe(false);
    }
  });
});

describe("the forms of the solutions", () => {
  const solve = (name: string, prompt: string) =>
    (listTasks().find((task) => task.name === name) as Task).solve(prompt, 0, new Random(0));

  it.each([
    ["addition", "413+389=", "390:21 181:01 431:80#802"],
    ["addition", "95+7=", "570:21 901:01#102"],
    ["base-conversion", "414b8=", "51r6 6r3 0r6#636"],
    ["chain-sums", "6+6+3-2=", "6+6:12+3:15-2:13#13"],
    ["countdown", "c3,7,25:82=", "82-3:79,82+3:85,82-7:75#25*3+7"],
    ["equations", "8x+13=109>", "8x=96;#12"],
    ["equations", "8x+13=5x+49>", "3x+13=49;3x=36;#12"],
    ["equations", "8x-13=83>", "8x=96;#12"],
    ["fractions", "175/91=", "84,7,0;175/7:25,91/7:13#25/13"],
    ["gcd", "g84,36=", "12,0#12"],
    ["mental-sums", "6+6+3+9-2-3>", "#19"],
    ["modular-chain", "m97:35*4+61=", "35*4:140r43 43+61:104r7#7"],
    ["modular-chain", "m97:5-61=", "5-61:-56r41#41"],
    ["multiplication", "61*58=", "488;3050,3538#3538"],
    ["sorting", "s47,12,93=", "12,47;12,47,93#12,47,93"],
  ])("%s: %s → %s", (name, prompt, solution) => {
    expect(solve(name, prompt)).toBe(solution);
  });
});

describe("errors propagate", () => {
  /** Completions of a prompt at slip 0.3 under many streams. */
  const careless = (name: string, prompt: string) => {
    const task = listTasks().find((candidate) => candidate.name === name) as Task;
    return Array.from({ length: 300 }, (_, i) => task.solve(prompt, 0.3, new Random(i)));
  };

  it("in a sum, where the answer is the last total written", () => {
    for (const solution of careless("chain-sums", "6+6+3-2=")) {
      const totals = [...solution.matchAll(/:(-?\d+)/g)].map((match) => match[1]);
      expect(answerOf(solution)).toBe(totals.at(-1));
    }
    // Where only the first total slipped, the rest is right arithmetic on the wrong total.
    const propagated = careless("chain-sums", "6+6+3-2=").filter((solution) => {
      const [first, second, third] = [...solution.matchAll(/:(-?\d+)/g)].map((match) => Number(match[1]));
      return first !== 12 && second === first! + 3 && third === second - 2;
    });
    expect(propagated.length).toBeGreaterThan(10);
  });

  it("in a division chain, where each line divides the quotient that was written", () => {
    let untouched = 0;
    for (const solution of careless("base-conversion", "414b8=")) {
      const lines = (solution.split("#")[0] as string).split(" ").map((line) => line.split("r").map(Number));
      for (let i = 1; i < lines.length; i++) {
        const [before, after] = [lines[i - 1]?.[0] as number, lines[i]?.[0] as number];
        if (before !== 51 && after === Math.floor(before / 8)) untouched++;
      }
      const digits = lines
        .map(([, remainder]) => remainder)
        .reverse()
        .join("");
      expect(answerOf(solution)).toBe(String(Number(digits)));
    }
    expect(untouched).toBeGreaterThan(0);
  });

  it("in a column sum, where the carry written is the carry of the next column", () => {
    for (const solution of careless("addition", "413+389=")) {
      const columns = (solution.split("#")[0] as string).split(" ");
      for (let i = 1; i < columns.length; i++) expect(columns[i]?.[2]).toBe(columns[i - 1]?.[5]);
    }
  });
});
