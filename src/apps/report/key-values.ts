/** Settings, versions and whatever else is a name with a value. */
import { html, type SafeHtml } from "./html.js";

/**
 * A two-column table; undefined where there is nothing to tell. Long or many-lined values fold away. Rows whose name is in `marked` stand
 * out.
 */
export function keyValues(
  pairs: Readonly<Record<string, unknown>>,
  marked: ReadonlySet<string> = new Set(),
): SafeHtml | undefined {
  const entries = flatten(pairs);
  if (entries.length === 0) return undefined;
  return html`<table class="pairs"><tbody>${entries.map(
    ([name, value]) =>
      html`<tr${marked.has(name) && html` class="set"`}><td>${breakable(name)}</td><td>${cell(value)}</td></tr>`,
  )}</tbody></table>`;
}

/** A name that a narrow column breaks between its words: `updatesPerBatch` before `Batch`, `adam.learningRate` after the dot. */
function breakable(name: string): SafeHtml {
  return html`${name.split(/(?<=[./])|(?<=[a-z])(?=[A-Z])/).map((word, i) => (i === 0 ? word : html`<wbr>${word}`))}`;
}

const LONG = 160;

function cell(value: string): SafeHtml {
  if (value.length <= LONG && !value.includes("\n")) return html`${value}`;
  return html`<details><summary>${value.length.toLocaleString("en-US")} characters</summary><pre>${value}</pre></details>`;
}

/** Nested objects as dotted names; arrays and scalars as text. Null, undefined and empty values are left out. */
export function flatten(value: Readonly<Record<string, unknown>>, prefix = ""): readonly [string, string][] {
  return Object.entries(value).flatMap(([key, entry]): readonly [string, string][] => {
    const name = prefix + key;
    if (entry === null || entry === undefined || entry === "") return [];
    if (Array.isArray(entry)) return [[name, entry.map(scalar).join(", ")]];
    if (typeof entry === "object") return flatten(entry as Record<string, unknown>, `${name}.`);
    return [[name, scalar(entry)]];
  });
}

function scalar(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
