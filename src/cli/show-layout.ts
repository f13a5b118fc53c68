/** How groups and samples of a run are laid out in lines: what is cut, and where. */
import { MISSING } from "../apps/report/format.js";
import type { Paint } from "./style.js";
import { onOneLine } from "./terminal-text.js";

export interface Layout {
  readonly paint: Paint;
  /** Columns that a line may take. */
  readonly width: number;
  /** Texts in whole, on as many lines as they have. */
  readonly full: boolean;
}

/** Characters of an id, and of an answer, beside a longer text. */
export const ID = 32;
export const ANSWER = 24;
/** A text is not cut below so many characters, however narrow the terminal is. */
const LEAST = 12;

/** The rows with the last column, the only long one, cut so that a line fits. */
export function fitted(header: readonly string[], rows: readonly string[][], width: number): string[][] {
  const last = header.length - 1;
  const taken = header
    .slice(0, last)
    .reduce((sum, title, i) => sum + 2 + Math.max(title.length, ...rows.map((row) => row[i]!.length)), 0);
  return rows.map((row) => [...row.slice(0, last), cut(row[last]!, Math.max(LEAST, width - taken))]);
}

export const shown = (answer: string | null): string => (answer === null ? MISSING : onOneLine(answer));

/** By characters as a reader counts them: a half of a surrogate pair is none. */
export function cut(text: string, room: number): string {
  const all = [...text];
  return all.length <= room ? text : `${all.slice(0, room - 1).join("")}…`;
}
