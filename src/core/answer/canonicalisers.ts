/** Canonicalisers by name. */
import { SelftrainError } from "../../errors.js";
import { canonicalise } from "./canonical/index.js";
import { memoised } from "./memo.js";

/** Canonical form of an answer, equal for answers that are the same; null for a text that is none. Must be pure. */
export type Canonicaliser = (answer: string) => string | null;

/** An answer as it is shown and compared. */
export interface CanonicalAnswer {
  /** What the answer was understood as. */
  readonly kind: string;
  /** For people. */
  readonly canonical: string;
  /** Equal for equal answers, and for no others. */
  readonly key: string;
}

type Describe = (answer: string) => CanonicalAnswer | null;

const described =
  (kind: string, canonicaliser: Canonicaliser): Describe =>
  (answer) => {
    const key = canonicaliser(answer);
    return key === null ? null : { kind, canonical: key, key };
  };

const known = new Map<string, Describe>([
  // Samples repeat each other, and a vote sees each text many times.
  ["math", memoised((answer) => canonicalise(answer))],
  // For prompts in a language that writes decimals so: `0,5` is a half, and no list of two numbers.
  ["math-decimal-comma", memoised((answer) => canonicalise(answer, { decimalComma: true }))],
  ["text", described("text", (answer) => answer.trim().replace(/\s+/g, " ") || null)],
]);

/** Makes a canonicaliser known under a name that configurations may use. Throws `canonicaliser-exists`. */
export function registerCanonicaliser(name: string, canonicaliser: Canonicaliser): void {
  if (known.has(name) || name === "auto") {
    throw new SelftrainError({
      code: "canonicaliser-exists",
      message: `There is a canonicaliser "${name}" already`,
      found: name,
      expected: "another name",
      remedy: "Register it once, under a name of its own",
    });
  }
  known.set(name, described(name, canonicaliser));
}

/** What tells an answer's kind and canonical form; `auto` is `math`. Throws `config-canonicaliser`. */
export function describerNamed(name: string): Describe {
  const found = known.get(name === "auto" ? "math" : name);
  if (found !== undefined) return found;
  throw new SelftrainError({
    code: "config-canonicaliser",
    message: `There is no canonicaliser "${name}"`,
    found: name,
    expected: ["auto", ...known.keys()],
    where: "canonicaliser",
    remedy: "Name one of these, or register it first (registerCanonicaliser)",
  });
}

/** The canonicaliser of a configuration; `auto` is the `own` one, or `math`. Throws `config-canonicaliser`. */
export function canonicaliserNamed(name: string, own?: Canonicaliser): Canonicaliser {
  if (name === "auto" && own !== undefined) return own;
  const describe = describerNamed(name);
  return (answer) => describe(answer)?.key ?? null;
}

/** That of mathematical answers: files of prompts have it by default. */
export const mathCanonicaliser: Canonicaliser = canonicaliserNamed("math");
