/** Texts as `selftrain equivalent` and `selftrain vote` read them, for the tables of each kind. */
import { expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { answerRules, anyTextRules, solutionRules } from "../../../../src/core/answer/extract/rules.js";
import { findAnswer } from "../../../../src/core/answer/extract.js";

const rules = { any: answerRules(anyTextRules), solution: answerRules(solutionRules) };

/** The key of the answer of a text; null where it has none. */
export function keyOf(text: string, as: keyof typeof rules = "any"): string | null {
  const found = findAnswer(text, { rules: rules[as] });
  return found && (canonicalise(found.text)?.key ?? null);
}

export const answerKey = (answer: string): string => canonicalise(answer)!.key;

/** Every combination of one of each. */
export const combined = <T extends unknown[]>(...lists: { [K in keyof T]: readonly T[K][] }): T[] =>
  lists.reduce<unknown[][]>((rows, list) => rows.flatMap((row) => list.map((x) => [...row, x])), [[]]) as T[];

/** A kind is tested on fifty texts at least. */
export const FEWEST = 50;

type Rows = readonly (readonly [text: string, answer: string])[];

/** Whether each text says the answer that stands beside it: all do, or none does. */
const saying =
  (expected: boolean) =>
  (kind: string, rows: Rows, as: keyof typeof rules = "any"): void => {
    it(`${kind}: ${rows.length} texts`, () => {
      expect(new Set(rows.map(([text]) => text)).size).toBeGreaterThanOrEqual(FEWEST);
      const wrong = rows.filter(([text, answer]) => (keyOf(text, as) === answerKey(answer)) !== expected);
      expect(wrong.map(([text, answer]) => ({ text, answer, found: keyOf(text, as) }))).toEqual([]);
    });
  };

/** All texts say the answer that stands beside them. */
export const allSay = saying(true);

/** No text says the answer that stands beside it. */
export const noneSays = saying(false);

/** No two texts of a list say the same. */
export function allDiffer(kind: string, texts: readonly string[]): void {
  it(`${kind}: ${texts.length} texts`, () => {
    expect(texts.length).toBeGreaterThanOrEqual(FEWEST);
    const seen = new Map<string, string>();
    for (const text of texts) {
      const key = keyOf(text) ?? `none of ${text}`;
      expect([seen.get(key), text]).toEqual([undefined, text]);
      seen.set(key, text);
    }
  });
}
