/** Reads the rows of a source as a vote does, timed, and compares with what was stated and with the truth by the vote's own equality. */
import { answerRules, canonicalise, locateAnswer } from "selftrain";
import { anyTextRules } from "../../dist/core/answer/extract/rules.js";

/** Not remembered from text to text, as the vote's is: times are of texts that were never seen. */
const key = (answer) => canonicalise(answer)?.key ?? null;

/** Whether a key is that of an answer alone, a stated one or the truth: as it stands, or as a pair's side is read, without units behind words. */
const alone = { rules: answerRules(anyTextRules), canonicalise: key };
const says = (answer, text) =>
  answer !== null && (answer === key(text) || answer === (locateAnswer(text, alone)?.answer ?? null));

/**
 * `read`s a row: the rule that found the answer and its key, null of none; whether it is what was stated, null where nothing was, and whether
 * it is the truth: the text of a choice is as right as its letter. `microseconds` is the least of `runs` readings.
 */
export function reader(rules, runs) {
  const options = { rules: answerRules(rules), canonicalise: key };
  return (row) => {
    let found = null;
    let microseconds = Number.POSITIVE_INFINITY;
    for (let run = 0; run < runs; run++) {
      const start = performance.now();
      found = locateAnswer(row.completion, options);
      microseconds = Math.min(microseconds, 1000 * (performance.now() - start));
    }
    const answer = found?.answer ?? null;
    const stated = row.stated === undefined ? null : says(answer, row.stated);
    return { rule: found?.rule ?? null, answer, stated, right: isRight(answer, row), microseconds };
  };
}

/** Whether a key is the truth of a row, or the text of the choice that it names. */
export function isRight(answer, { gold, choices }) {
  if (says(answer, gold)) return true;
  const letter = choices && /^\(?([A-Z])\)?$/.exec(gold.trim())?.[1];
  const text = letter ? choices[letter.charCodeAt(0) - 65] : undefined;
  return typeof text === "string" && says(answer, text);
}
