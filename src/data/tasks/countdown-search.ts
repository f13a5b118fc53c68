/** The backward search of the countdown task: three numbers, + - *, expressions read from left to right. */
import { canonicalChain } from "./calculator-chain.js";

/** Operations in the order of the search, each with the one that undoes it. */
const operations = [
  {
    operator: "+",
    apply: (a: number, b: number) => a + b,
    undoneBy: "-",
    undo: (made: number, n: number) => made - n,
  },
  {
    operator: "-",
    apply: (a: number, b: number) => a - b,
    undoneBy: "+",
    undo: (made: number, n: number) => made + n,
  },
  {
    operator: "*",
    apply: (a: number, b: number) => a * b,
    undoneBy: "/",
    undo: (made: number, n: number) => made / n,
  },
] as const;

export interface Pair {
  readonly expression: string;
  readonly value: number;
}

/** One try: undo a last operation on the target and see whether the other two numbers make the rest. */
export interface Try {
  /** The operation undone, for example `82-7`. */
  readonly undone: string;
  readonly rest: number;
  /** What the other two numbers make. */
  readonly pairs: readonly Pair[];
  /** The last operation, for example `+7`. */
  readonly last: string;
}

/** a + b, a − b or a · b, by the operation's place in the search (0, 1, 2). */
export function apply(a: number, b: number, operation: 0 | 1 | 2): number {
  return operations[operation].apply(a, b);
}

/** The tries of a search in order, at most nine: the rest has to be a natural number. */
export function* tries(numbers: readonly [number, number, number], target: number): Generator<Try, void> {
  for (const [i, n] of numbers.entries()) {
    const [low, high] = numbers.filter((_, j) => j !== i).sort((a, b) => a - b) as [number, number];
    const pairs = operations.map(({ operator, apply }) => ({
      expression: `${high}${operator}${low}`,
      value: apply(high, low),
    }));
    for (const { operator, undoneBy, undo } of operations) {
      const rest = undo(target, n);
      if (rest > 0 && Number.isInteger(rest)) {
        yield { undone: `${target}${undoneBy}${n}`, rest, pairs, last: `${operator}${n}` };
      }
    }
  }
}

/** Every solution in canonical form. */
export function solutions(numbers: readonly [number, number, number], target: number): Set<string> {
  const found = new Set<string>();
  for (const { rest, pairs, last } of tries(numbers, target)) {
    for (const { expression, value } of pairs) {
      if (value === rest) found.add(canonicalChain(expression + last) as string);
    }
  }
  return found;
}
