/**
 * Whether two answers are the same. It is equality of canonical keys, so it is an equivalence relation by construction,
 * counting the classes of a group is linear, and one comparison costs nanoseconds.
 */
import { type Canonical, canonicalise } from "./canonical/index.js";

/** A text, which is made canonical first, or a canonical form. Nothing is equivalent to no answer, not even another one. */
export function equivalent(a: string | Canonical | null, b: string | Canonical | null): boolean {
  const [x, y] = [keyOf(a), keyOf(b)];
  return x !== null && x === y;
}

const keyOf = (answer: string | Canonical | null): string | null =>
  (typeof answer === "string" ? canonicalise(answer) : answer)?.key ?? null;
