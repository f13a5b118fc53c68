/** The one order of strengths: that of the default lists, of the docs, and of the decision. */
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Contest, decidingMark } from "../../../src/core/answer/extract/candidates.js";
import type { AnswerRule } from "../../../src/core/answer/extract/rule.js";
import {
  answerRules,
  anyTextRules,
  columnRules,
  ruleNames,
  solutionRules,
  taskRules,
} from "../../../src/core/answer/extract/rules.js";
import { markNames, overruled, strengthOf, strengths } from "../../../src/core/answer/extract/strengths.js";

const names = fc.shuffledSubarray([...ruleNames], { minLength: 1 });
/** A rule whose marker stands at a place; null where it finds none. */
const fake = (name: string, at: number | null): AnswerRule => ({
  name,
  find: () => (at === null ? null : { start: at, end: at + 1 }),
});
const ruleAt = (name: string): fc.Arbitrary<AnswerRule> =>
  fc.option(fc.nat(5), { nil: null }).map((at) => fake(name, at));

describe("the order of strengths", () => {
  it("has every rule once, each with a name", () => {
    expect(strengths.flat().sort()).toEqual([...ruleNames].sort());
    expect(Object.keys(markNames).sort()).toEqual([...ruleNames].sort());
    expect(new Set(Object.values(markNames)).size).toBe(ruleNames.length);
  });

  it.each(Object.entries({ taskRules, solutionRules, anyTextRules, columnRules }))(
    "is that of %s, but for what overrules",
    (_, list) => {
      const plain = list.filter((name) => name !== overruled.by);
      const levels = plain.map((name) => strengthOf(name)!);
      expect(levels).toEqual([...levels].sort((a, b) => a - b));
      const by = list.indexOf(overruled.by);
      if (by >= 0) expect(by).toBe(list.indexOf(overruled.rule) - 1);
    },
  );

  it("is that of the docs", () => {
    const page = readFileSync(new URL("../../../docs/concepts/answers.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| (\d+) \| ((?:`[\w-]+`(?:, )?)+) \|/gm)];
    const written = rows.map(([, level, rules]) => [Number(level), rules!.replaceAll("`", "").split(", ")]);
    expect(written).toEqual(strengths.map((rules, i) => [i + 1, [...rules]]));
  });
});

describe("the decision", () => {
  it.each([
    // rules with the places of their markers, in the order of the list; the one that decides, by what ground
    [
      [
        ["tag", 0],
        ["boxed", 5],
      ],
      "tag",
      "stronger",
    ],
    [
      [
        ["boxed", 0],
        ["phrase", 5],
      ],
      "boxed",
      "stronger",
    ],
    [
      [
        ["final", 5],
        ["boxed", 0],
      ],
      "final",
      "announced",
    ],
    [
      [
        ["final", 0],
        ["phrase", 5],
      ],
      "phrase",
      "later",
    ],
    [
      [
        ["final", 5],
        ["phrase", 0],
      ],
      "final",
      "later",
    ],
    [
      [
        ["hash", 5],
        ["choice", 5],
      ],
      "choice",
      "exact",
    ],
    [
      [
        ["choice", 5],
        ["phrase", 5],
      ],
      "choice",
      "exact",
    ],
    [
      [
        ["final", 5],
        ["phrase", 5],
      ],
      "final",
      "exact",
    ],
    [
      [
        ["phrase", 0],
        ["latex", 5],
      ],
      "phrase",
      "stronger",
    ],
    // A user's list turns the order around.
    [
      [
        ["latex", 0],
        ["boxed", 5],
      ],
      "latex",
      "listed",
    ],
    [
      [
        ["boxed", 0],
        ["final", 5],
      ],
      "boxed",
      "stronger",
    ],
    // A rule of a program's own has no strength but its place in the list.
    [
      [
        ["own", 0],
        ["tag", 5],
      ],
      "own",
      "listed",
    ],
    [
      [
        ["tag", 0],
        ["own", 5],
      ],
      "tag",
      "listed",
    ],
  ] as const)("%j → %s, %s", (rules, name, ground) => {
    const contests: Contest[] = [];
    const list = rules.map(([rule, at]) => fake(rule, at));
    expect(decidingMark("", list, (contest) => contests.push(contest))?.rule.name).toBe(name);
    expect(contests.map((contest) => contest.ground)).toEqual([ground]);
    expect(contests[0]!.winner.rule.name).toBe(name);
  });

  it("is the same whether it is told or not, and tells of every other candidate once", () => {
    const lists = names.chain((some) => fc.tuple(...some.map(ruleAt)));
    fc.assert(
      fc.property(lists, (rules) => {
        const contests: Contest[] = [];
        const quiet = decidingMark("", rules);
        const told = decidingMark("", rules, (contest) => contests.push(contest));
        expect(told).toEqual(quiet);
        const found = rules.filter((rule) => rule.find("") !== null);
        const losers = contests.map(({ loser }) => loser.rule);
        expect(new Set([...losers, ...(told === null ? [] : [told.rule])])).toEqual(new Set(found));
        expect(losers.length).toBe(Math.max(0, found.length - 1));
      }),
      { numRuns: 500 },
    );
  });

  it("tries no rule that cannot decide, unless it is told", () => {
    const tried: string[] = [];
    const rules = answerRules(solutionRules).map((rule) => ({
      ...rule,
      find: (text: string) => {
        tried.push(rule.name);
        return rule.find(text);
      },
    }));
    decidingMark("So \\boxed{1}. The answer is 2.", rules);
    expect(tried).toEqual(["tag", "final", "boxed"]);
  });
});
