/** Verdicts of Math-Verify on cases and pairs that lie beside the repository: each disagreement has a reason in the list. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../../src/core/answer/canonical/index.js";
import { equivalent } from "../../../../src/core/answer/equivalent.js";
import { answerRules, anyTextRules } from "../../../../src/core/answer/extract/rules.js";
import { findAnswer } from "../../../../src/core/answer/extract.js";
import listed from "../../../fixtures/answers/oracle-exceptions.json" with { type: "json" };

type Exceptions = Readonly<Record<string, { readonly wrong: string; readonly lines: readonly string[] }>>;

interface Row {
  readonly gold: string;
  readonly pred: string;
  readonly kind: string;
  readonly targets?: readonly string[];
  readonly expected?: boolean;
  readonly oracle?: boolean;
}

const folder = new URL("../../../../../shared/data/", import.meta.url);
const present = existsSync(new URL("answer-pairs.jsonl", folder));
const rules = answerRules(anyTextRules);

function judged(name: "cases" | "pairs") {
  const exceptions: Exceptions = listed[name];
  const wrong = new Map(Object.values(exceptions).flatMap((e) => e.lines.map((line) => [line, e.wrong])));
  const lines = readFileSync(new URL(`answer-${name}.jsonl`, folder), "utf8")
    .trimEnd()
    .split("\n");
  return lines.map((line, i) => {
    const row = JSON.parse(line) as Row;
    // A case that is to be read as plain text has no list in it.
    const decimalComma = row.targets !== undefined && !row.targets.includes("latex");
    const form = (text: string) => canonicalise(findAnswer(text, { rules })?.text ?? text, { decimalComma });
    const id = `${i + 1}:${createHash("sha256").update(line).digest("hex").slice(0, 8)}`;
    const accepted = equivalent(form(row.gold), form(row.pred));
    const truth = row.expected ?? row.oracle ?? false;
    return { id, kind: row.kind, accepted, truth, agrees: accepted === truth, wrong: wrong.get(id) };
  });
}

if (!present)
  describe.skip("the oracle: ../shared/data is absent, so only the project's own cases are judged", () => {});

describe.skipIf(!present)("the oracle's cases", () => {
  const rows = present ? judged("cases") : [];

  it("are judged alike, with 2% of exceptions at most, each with a reason", () => {
    const others = rows.filter((row) => !row.agrees);
    expect(others.filter((row) => row.wrong === undefined)).toEqual([]);
    expect(others.length / rows.length).toBeLessThanOrEqual(0.02);
  });

  it("has no false positive", () => {
    expect(rows.filter((row) => row.accepted && !row.truth)).toEqual([]);
  });
});

describe.skipIf(!present)("the oracle's pairs", () => {
  const rows = present ? judged("pairs") : [];
  const share = (of: typeof rows, test: (row: (typeof rows)[number]) => boolean) =>
    of.filter(test).length / of.length;

  it("are judged otherwise for a reason only", () => {
    expect(rows.filter((row) => !row.agrees && row.wrong === undefined)).toEqual([]);
  });

  it("are judged alike where the oracle is not wrong", () => {
    expect(
      share(
        rows.filter((row) => row.agrees || row.wrong !== "oracle"),
        (row) => row.agrees,
      ),
    ).toBeGreaterThan(0.98);
  });

  it("accepts every change of format, and hardly a changed or another answer", () => {
    expect(rows.filter((row) => row.kind === "format" && !row.accepted)).toEqual([]);
    const others = rows.filter((row) => row.kind === "mutate" || row.kind === "near");
    const wrongly = (row: (typeof rows)[number]) => row.accepted && !row.truth && row.wrong !== "oracle";
    expect(share(others, wrongly)).toBeLessThan(0.005);
  });

  it("accepts what sympy made of an answer", () => {
    const rewritten = rows.filter((row) => ["expand", "factor", "simplify"].includes(row.kind));
    const sound = rewritten.filter((row) => row.accepted || (row.truth && row.wrong !== "oracle"));
    expect(share(sound, (row) => row.accepted)).toBeGreaterThan(0.96);
  });
});
