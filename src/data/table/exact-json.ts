/**
 * JSON whose numbers are kept. `JSON.parse` rounds them to doubles, and hands out their text since Node 22 only; so
 * numbers that a double would round are found in the text, in the same way everywhere.
 */
import { randomUUID } from "node:crypto";
import { ExactNumber, exactNumber } from "../../exact-number.js";

/** A double keeps what has fewer digits and a smaller exponent. Most texts have no more. */
const SUSPECT = /[\d.]{16}|\d[eE][+-]?\d{3}/;

/** Marks the texts of numbers. Nobody can know it who writes data. */
const MARK = randomUUID();

/** As `JSON.parse`, but a number that a double would round is an `ExactNumber`. Throws as `JSON.parse` does. */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!SUSPECT.test(text)) return value;
  const pieces: string[] = [];
  let kept = 0;
  for (const { start, written } of numbersIn(text)) {
    const exact = exactNumber(written);
    if (typeof exact === "number") continue;
    pieces.push(text.slice(kept, start), `"${MARK}${exact}"`);
    kept = start + written.length;
  }
  if (kept === 0) return value;
  pieces.push(text.slice(kept));
  return JSON.parse(pieces.join(""), (_, item: unknown) =>
    typeof item === "string" && item.startsWith(MARK) ? new ExactNumber(item.slice(MARK.length)) : item,
  );
}

/** The numbers of a JSON text that may have many digits; those within strings are none. */
function* numbersIn(text: string): Generator<{ readonly start: number; readonly written: string }, void> {
  const next = /"|-?\d[\d.eE+-]*/g;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    const [written] = found;
    if (written === '"') next.lastIndex = endOfString(text, next.lastIndex);
    else if (SUSPECT.test(written)) yield { start: found.index, written };
  }
}

/** Behind the quote that closes a string: one after an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); ; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote + 1;
  }
}
