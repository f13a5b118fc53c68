/** The true answer of a row, for metrics and for the control that reads labels. */
import { type Canonicaliser, mathCanonicaliser } from "../core/answer/canonicalisers.js";
import { answerRules, columnRules } from "../core/answer/extract/rules.js";
import { extractAnswer } from "../core/answer/extract.js";
import { SelftrainError } from "../errors.js";
import { columnOf, type TableRow } from "./table/row.js";
import { isRounded, ROUNDED_REMEDY, scalarText } from "./table/scalar.js";

/** How solutions mark their answer; other text is the answer itself. */
const rules = answerRules(columnRules);

/**
 * The canonical answer: what a whole solution marks with `#### `, `\boxed{…}` or `<answer>`, else the text as it is, made
 * canonical as the answers of solutions are. Undefined where the row has none (null). Throws `column-missing` and `answer-malformed`.
 */
export function labelOf(
  row: TableRow,
  column: string,
  canonicalise: Canonicaliser = mathCanonicaliser,
): string | undefined {
  const value = columnOf(row, column, "answerColumn", "or write null where a row has none");
  if (value === null) return undefined;
  const label = extractAnswer(scalarText(value) ?? "", { rules, canonicalise });
  if (label !== null) return label;
  throw new SelftrainError({
    code: "answer-malformed",
    message: `The answer column "${column}" holds no answer.`,
    found: value,
    expected: "text with something to compare, a number, or null for a prompt without a label",
    where: row.where,
    remedy: isRounded(value)
      ? ROUNDED_REMEDY
      : typeof value === "object"
        ? "Write the answer as text or as a number, or null."
        : "Fill the column, or write null.",
  });
}
