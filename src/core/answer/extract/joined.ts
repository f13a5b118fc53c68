/** Answers in several parts: `\boxed{2} \text{ or } \boxed{6}`, `$x=3$ and $x=4$`. */
import { type AnswerMark, markedText } from "./rule.js";

/** Longest text between two parts of an answer. */
const LONGEST_GAP = 60;

/** Most parts that an answer is joined of. */
export const MOST_PARTS = 64;

/** Words that join the parts of an answer, in the languages of `anchors.ts`. */
export const conjunctions: readonly string[] = [
  ..."and or und oder et ou y o e en of lub oraz i ve veya và hoặc dan atau и или і або и та".split(" "),
  ..."和 或 與 与 及 と または 그리고 또는 و أو या और".split(" "),
];

const pattern = conjunctions.join("|");
/** One piece of a gap: spacing, a conjunction, the name of the next value (`y_2 =`), or any one sign. */
const piece = new RegExp(
  `\\\\q?quad(?!\\p{L})|\\\\text(?:rm|bf|it)?\\{\\s{0,4}(?:${pattern})?\\s{0,4}\\}|[A-Za-z](?:_\\{?\\w{1,3}\\}?)?\\s{0,2}=|(?:${pattern})(?!\\p{L})|[^\\p{L}\\p{N}\\n.]`,
  "uy",
);

/** Whether nothing but what joins two parts of one answer stands between them. */
export function joins(text: string, start: number, end: number): boolean {
  if (end - start > LONGEST_GAP) return false;
  const gap = text.slice(start, end);
  piece.lastIndex = 0;
  while (piece.lastIndex < gap.length) if (!piece.test(gap)) return false;
  return true;
}

/** One answer of several parts in their order; equal parts count once, for models repeat themselves. */
export function joinMarks(text: string, parts: readonly AnswerMark[]): AnswerMark {
  const last = parts.at(-1)!;
  const answers = [...new Set(parts.map((part) => markedText(text, part)))];
  if (answers.length === 1) return last;
  return { start: parts[0]!.start, end: last.end, answer: answers.join(", ") };
}
