/** Names of runs, from the values that make them what they are: `lr=1e-4,n=16,seed=0`. They are folders, on any system. */
import { createHash } from "node:crypto";
import type { Combination } from "./values.js";

/** What everybody calls these. */
const SHORT: Readonly<Record<string, string>> = {
  "adam.learningRate": "lr",
  samplesPerPrompt: "n",
  klCoefficient: "kl",
  "prompts.task": "task",
};

const lastPart = (key: string): string => key.slice(key.lastIndexOf(".") + 1);

/** The short name of each key: what it is commonly called, its last part, or itself where others would have the same. */
export function keyNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const shortOf = (key: string): string => SHORT[key] ?? lastPart(key);
  return new Map(
    keys.map((key) => {
      const short = shortOf(key);
      const shared = keys.some((other) => other !== key && [other, shortOf(other)].includes(short));
      return [key, shared || short === "seed" ? key : short];
    }),
  );
}

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 6);

/** Longest text of a value, and of a name, which a file system takes up to 255 bytes of, `.yaml` and its like included. */
const LONGEST_VALUE = 32;
const LONGEST_NAME = 160;

/** A number as briefly as it can be written: `1e-4`, `0.05`, `16`. */
function numberText(value: number): string {
  const plain = String(value);
  const size = Math.abs(value);
  if (size !== 0 && size < 0.01) return value.toExponential();
  return plain.includes("e+") ? plain.replace("e+", "e") : plain;
}

/** A value as it reads in a table. */
export function valueText(value: unknown): string {
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(valueText).join("+");
  if (typeof value === "object" && value !== null)
    return Object.entries(value)
      .map(([key, inner]) => `${key}-${valueText(inner)}`)
      .join("+");
  return String(value);
}

/** A value as a part of a file name: what had to be changed or cut has a hash of what it was. */
function fileText(value: unknown): string {
  const text = valueText(value);
  const safe = text.replace(/[^\w.+-]+/g, "-");
  if (safe === text && safe.length <= LONGEST_VALUE && !safe.endsWith(".")) return safe;
  let end = Math.min(safe.length, LONGEST_VALUE);
  while (end > 0 && ".-".includes(safe[end - 1]!)) end--;
  return `${safe.slice(0, end)}-${hash(JSON.stringify(value) ?? text)}`;
}

/** The name of each combination with its seed, in order, all different on systems that do not tell `A` from `a`, too. */
export function runNames(
  runs: readonly { readonly values: Combination; readonly seed: number | null }[],
): string[] {
  const names = keyNames(runs[0]?.values.map(([key]) => key) ?? []);
  const plain = runs.map(({ values, seed }) =>
    [
      ...values.map(([key, value]) => `${names.get(key)}=${fileText(value)}`),
      ...(seed === null ? [] : [`seed=${seed}`]),
    ].join(","),
  );
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return plain.map((name, i) => {
    // Values of another kind may read alike: true and "true".
    if (counts.get(name.toLowerCase()) === 1 && name.length <= LONGEST_NAME) return name;
    return `${name.slice(0, LONGEST_NAME)}-${hash(JSON.stringify(runs[i]))}`;
  });
}
