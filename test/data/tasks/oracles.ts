/**
 * True answers by other means than the tasks' own: BigInt arithmetic, brute force, built-in conversions. Each
 * takes a prompt; `countdown` is checked by evaluating its answer, see `tasks.test.ts`.
 */
const bigints = (prompt: string) => (prompt.match(/\d+/g) ?? []).map(BigInt) as [bigint, bigint, ...bigint[]];

/** By trial: the largest number that divides both. */
function commonDivisor(a: bigint, b: bigint): bigint {
  let divisor = a < b ? a : b;
  while (a % divisor !== 0n || b % divisor !== 0n) divisor--;
  return divisor;
}

/** Left to right, reduced once at the end and not at each step. */
function leftToRight(chain: string): bigint {
  return [...chain.matchAll(/([-+*]?)(\d+)/g)].reduce((value, [, operator, digits]) => {
    const operand = BigInt(digits as string);
    if (operator === "*") return value * operand;
    return operator === "-" ? value - operand : value + operand;
  }, 0n);
}

function linearSolution(prompt: string): string {
  const side = (text: string) => {
    const x = /(\d+)x/.exec(text)?.[1] ?? "0";
    const rest = text.replace(/\d+x/, "");
    return { x: Number(x), constant: rest === "" ? 0 : Number(rest) };
  };
  const [left, right] = prompt.slice(0, -1).split("=").map(side) as [
    ReturnType<typeof side>,
    ReturnType<typeof side>,
  ];
  for (let x = 0; x < 1000; x++) {
    if (left.x * x + left.constant === right.x * x + right.constant) return String(x);
  }
  throw new Error(`no solution: ${prompt}`);
}

export const oracles: Readonly<Record<string, (prompt: string) => string>> = {
  addition: (prompt) =>
    bigints(prompt)
      .reduce((a, b) => a + b)
      .toString(),
  "base-conversion": (prompt) => {
    const [number, base] = bigints(prompt);
    return number.toString(Number(base));
  },
  "chain-sums": (prompt) => leftToRight(prompt).toString(),
  equations: linearSolution,
  fractions: (prompt) => {
    const [numerator, denominator] = bigints(prompt);
    const divisor = commonDivisor(numerator, denominator);
    return `${numerator / divisor}/${denominator / divisor}`;
  },
  gcd: (prompt) => commonDivisor(...(bigints(prompt) as [bigint, bigint])).toString(),
  "mental-sums": (prompt) => leftToRight(prompt).toString(),
  "modular-chain": (prompt) => {
    const [head, chain] = prompt.slice(1).split(":") as [string, string];
    const modulus = BigInt(head);
    return (((leftToRight(chain) % modulus) + modulus) % modulus).toString();
  },
  multiplication: (prompt) =>
    bigints(prompt)
      .reduce((a, b) => a * b)
      .toString(),
  sorting: (prompt) =>
    bigints(prompt)
      .map(Number)
      .sort((a, b) => a - b)
      .join(","),
};

/** Every value that three numbers make left to right in any order, by the canonical-free text of the expression. */
export function countdownExpressions(numbers: readonly number[]): Map<string, bigint> {
  const values = new Map<string, bigint>();
  for (const [i, a] of numbers.entries()) {
    for (const [j, b] of numbers.entries()) {
      for (const [k, c] of numbers.entries()) {
        if (new Set([i, j, k]).size < 3) continue;
        for (const first of "+-*") {
          for (const second of "+-*") {
            const expression = `${a}${first}${b}${second}${c}`;
            values.set(expression, leftToRight(expression));
          }
        }
      }
    }
  }
  return values;
}
