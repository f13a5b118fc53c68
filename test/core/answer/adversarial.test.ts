/**
 * Nothing stalls: every way from a text to a vote answers each adversarial text within 50 ms, and keeps no memory of it.
 */
import { describe, expect, it } from "vitest";
import { canonicalise } from "../../../src/core/answer/canonical/index.js";
import { mathCanonicaliser } from "../../../src/core/answer/canonicalisers.js";
import { equivalent } from "../../../src/core/answer/equivalent.js";
import {
  answerRules,
  anyTextRules,
  ruleNames,
  solutionRules,
} from "../../../src/core/answer/extract/rules.js";
import { findAnswer, locateAnswer } from "../../../src/core/answer/extract.js";
import { majorityVote } from "../../../src/core/vote/majority.js";
import { hostileAnswers, hostileSolutions } from "./adversarial-texts.js";
import { busyTime } from "./busy-time.js";

/** Milliseconds. The first time is the compiler's, so the least of several counts. */
const MOST = 50;

const texts: readonly (readonly [string, string])[] = [
  ...hostileAnswers,
  ...Object.entries(hostileSolutions),
];
const everything = answerRules(ruleNames.filter((name) => name !== "regex"));

const ways: Readonly<Record<string, (text: string) => void>> = {
  "is searched by every rule": (text) => {
    for (const rule of everything) findAnswer(text, { rules: [rule] });
  },
  "is read as a solution": (text) => {
    locateAnswer(text, { rules: answerRules(solutionRules), canonicalise: mathCanonicaliser });
  },
  "is read as an answer": (text) => {
    const found = findAnswer(text, { rules: answerRules(anyTextRules) });
    if (found !== null) canonicalise(found.text);
  },
  "is made canonical": (text) => {
    canonicalise(text);
  },
  "is made canonical with decimal commas": (text) => {
    canonicalise(text, { decimalComma: true });
  },
  "is compared": (text) => {
    equivalent(text, "1");
  },
  "is voted on": (text) => {
    majorityVote([text, "1", text, null, `${text} `, "", text]);
  },
};

describe.each(Object.entries(ways))("each text %s in time", (_, way) => {
  it.each(texts)("%s", (_name, text) => {
    expect(busyTime(() => way(text), 8, MOST)).toBeLessThan(MOST);
  });
});

describe("memory", () => {
  it("does not grow with what was read", () => {
    const round = () => {
      for (const [, text] of texts)
        for (const way of [ways["is read as a solution"]!, ways["is made canonical"]!]) way(text);
    };
    round();
    const before = process.memoryUsage().rss;
    for (let k = 0; k < 3; k++) round();
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });
});
