/** The answer of a text that is JSON: `{"reasoning": "…", "answer": "42"}`, in a block of code or not. */
import type { AnswerMark } from "./rule.js";

const names = new Set(["answer", "final_answer", "finalanswer", "final answer"]);
/** Longest text that is read as JSON. */
const LONGEST = 100_000;
const fence = /^```(?:json)?\s{1,4}/i;

/** What the field says, a text or a number; null where the text is no such JSON. */
export function fieldIn(text: string): AnswerMark | null {
  const start = text.length - text.trimStart().length;
  const opened = start + (fence.exec(text.slice(start, start + 16))?.[0].length ?? 0);
  if (text[opened] !== "{" || text.length > LONGEST) return null;
  const end = text.trimEnd().length;
  const close = opened > start && text.endsWith("```", end) ? end - 3 : end;
  const data = objectOf(text.slice(opened, close));
  const field = data && Object.keys(data).findLast((name) => names.has(name.toLowerCase()));
  const value = field && data[field];
  if (typeof value !== "string" && typeof value !== "number") return null;
  const at = text.lastIndexOf(`"${field}"`);
  // A number keeps the digits that are written.
  const digits = typeof value === "number" ? written.exec(text.slice(at + field!.length + 2)) : null;
  return { start: at, end: close, answer: digits?.[1] ?? String(value) };
}

const written = /^\s{0,20}:\s{0,20}(-?\d[\d.eE+-]{0,400})/;

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  if (!text.endsWith("}") && !text.trimEnd().endsWith("}")) return null;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}
