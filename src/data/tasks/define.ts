/**
 * What a task's own file states; the rest of `Task` follows from it. The true answer of a problem is the one its
 * slip-free solution reaches, so a task cannot disagree with itself.
 */
import { SelftrainError } from "../../errors.js";
import type { Random } from "../../random.js";
import { Slip } from "./slip.js";
import type { Task } from "./task.js";

export interface Solution {
  /** The chain of thought. */
  readonly steps: string;
  /** The final answer in canonical form. */
  readonly answer: string;
}

export interface TaskDefinition<Size> {
  readonly name: string;
  readonly description: string;
  /** Levels, easiest first; `size` is what the level means to this task. */
  readonly levels: readonly { readonly level: number; readonly description: string; readonly size: Size }[];
  readonly alphabet: string;
  /** Form of a prompt. */
  readonly pattern: RegExp;
  /** A prompt, to show in errors. */
  readonly example: string;
  /** Most characters of `steps` and of `answer`, whatever slips. */
  readonly longest: (size: Size) => { readonly steps: number; readonly answer: number };
  readonly drawPrompt: (size: Size, random: Random) => string;
  /** Solves a prompt that matches `pattern`, passing each computed value through `slip`. */
  readonly work: (prompt: string, slip: Slip) => Solution;
  readonly canonicalise: (answer: string) => string | null;
  /** The result that the steps end in; null where they are no steps of this task. Absent where they do not show it. */
  readonly result?: (steps: string, prompt: string) => string | null;
}

/** Errors of the result: `task-level-unknown` and `task-prompt-malformed`. */
export function defineTask<Size>(definition: TaskDefinition<Size>): Task {
  const { name, levels, pattern, example, canonicalise, result } = definition;

  const sizeOf = (level: number): Size => {
    const entry = levels.find((candidate) => candidate.level === level);
    if (entry === undefined) throw unknownLevel(name, level, levels);
    return entry.size;
  };

  return {
    name,
    description: definition.description,
    levels: levels.map(({ level, description }) => ({ level, description })),
    alphabet: definition.alphabet,
    canonicalise,
    ...(result && {
      lastResult(prompt, solution) {
        const end = solution.lastIndexOf("#");
        return end < 0 ? null : result(solution.slice(0, end), prompt);
      },
    }),
    maxSolutionLength(level) {
      const { steps, answer } = definition.longest(sizeOf(level));
      return steps + "#".length + answer + 1; // and the end of sequence
    },
    generate(level, random) {
      const prompt = definition.drawPrompt(sizeOf(level), random);
      return { prompt, answer: definition.work(prompt, new Slip(0, random)).answer };
    },
    solve(prompt, slip, random) {
      if (!pattern.test(prompt)) {
        throw new SelftrainError({
          code: "task-prompt-malformed",
          message: `"${prompt}" is not a prompt of the task ${name}.`,
          found: prompt,
          expected: `a prompt such as ${example}`,
          remedy: `Use prompts made by \`selftrain tasks generate ${name}\`.`,
        });
      }
      const { steps, answer } = definition.work(prompt, new Slip(slip, random));
      return `${steps}#${answer}`;
    },
  };
}

/** The error for a level that a task does not offer. */
export function unknownLevel(
  name: string,
  level: number,
  levels: readonly { readonly level: number }[],
): SelftrainError {
  const offered = levels.map((entry) => entry.level);
  return new SelftrainError({
    code: "task-level-unknown",
    message: `The task ${name} has no level ${level}.`,
    found: level,
    expected: `one of ${offered.join(", ")}`,
    remedy: "Choose an offered level; `selftrain tasks list` shows what each means.",
  });
}

/**
 * The natural numbers of a prompt, in order. The caller names the tuple that its task's pattern guarantees.
 */
export function numbersIn<Numbers extends readonly number[] = number[]>(prompt: string): Numbers {
  return (prompt.match(/\d+/g) ?? []).map(Number) as readonly number[] as Numbers;
}

/** A uniform natural number of exactly `digits` decimal digits, without a leading zero. */
export function drawNumber(digits: number, random: Random): number {
  return random.int(10 ** (digits - 1), 10 ** digits - 1);
}
