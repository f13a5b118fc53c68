/** What a run bears and a person may not have meant, in any language. */
import { mathCanonicaliser } from "../../core/answer/canonicalisers.js";
import { boxedRule } from "../../core/answer/extract/boxed.js";
import { hashRule } from "../../core/answer/extract/delimited.js";
import { markedText } from "../../core/answer/extract/rule.js";
import type { RowPrompt } from "../../data/prompt-column.js";

export interface Warning {
  readonly code: string;
  readonly remedy: string;
}

const warning = (code: string, remedy: string): Warning => ({ code, remedy });

export const warnings = {
  repeated: warning("prompt-repeated", "Delete the repeats, unless these prompts are to count for more."),
  alike: warning("prompt-alike", "Delete all but one: one may be trained on and the other held out."),
  blanks: warning(
    "prompt-blank-end",
    "Cut blanks off the end: they change how tokenizers read what follows.",
  ),
  undecoded: warning("prompt-not-utf8", "Write the file as UTF-8: it was read as such and is not."),
  answered: warning("prompt-holds-answer", "Remove the answer from the prompt, if it is one."),
  long: warning("prompt-very-long", "Look at these: they may be several rows in one, or not prompts at all."),
  fewHeldOut: warning("held-out-few", "Name prompts for evaluation (evaluation.prompts), or add rows."),
} as const;

/** A long answer that a prompt quotes is no coincidence, as a number may be. */
const LONG_ANSWER = 24;

/** Warnings about one prompt, each with what was found; `answer` is the column's text. */
export function promptWarnings(
  prompt: RowPrompt,
  answer: string | undefined,
  label: string | undefined,
): [Warning, string][] {
  const { text, messages } = prompt;
  const found: [Warning, string][] = [];
  if (messages === undefined && /\s$/.test(text))
    found.push([warnings.blanks, `ends in ${JSON.stringify(text.slice(text.trimEnd().length))}`]);
  if (text.includes("\uFFFD"))
    found.push([warnings.undecoded, "holds U+FFFD, which stands for bytes that are no UTF-8"]);
  if (answer !== undefined && label !== undefined && holdsAnswer(text, answer.trim(), label))
    found.push([warnings.answered, `holds its answer, ${JSON.stringify(answer.trim().slice(0, 40))}`]);
  return found;
}

/** The whole of a long answer, the answer marked as solutions mark it, or the answer at the end after `=` or `:`. */
function holdsAnswer(text: string, answer: string, label: string): boolean {
  if (answer.length >= LONG_ANSWER && text.includes(answer)) return true;
  const isLabel = (found: string) => found !== "" && mathCanonicaliser(found) === label;
  const marked = [boxedRule, hashRule].some((rule) => {
    const mark = rule.find(text);
    return mark !== null && isLabel(markedText(text, mark));
  });
  return marked || isLabel(afterLastSign(text));
}

/** What stands on the last line after its first `=` or `:`, or after one that ends the line before it; a full stop left out. */
function afterLastSign(text: string): string {
  const said = text.trimEnd();
  const start = said.lastIndexOf("\n") + 1;
  const line = said.slice(start);
  const announced = /[=:]$/.test(said.slice(0, start).trimEnd());
  const sign = line.search(/[=:]/);
  if (!announced && sign < 0) return "";
  const found = line.slice(announced ? 0 : sign + 1).trim();
  return found.endsWith(".") ? found.slice(0, -1).trimEnd() : found;
}
