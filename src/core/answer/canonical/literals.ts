/** Answers that are no mathematics but have a form: JSON, code literals, dates and times. */
import { TEXT_CHARACTERS } from "./limits.js";

/** The key of a date, a time, or data; null for any other text. */
export function literalKey(
  text: string,
): { readonly key: string; readonly kind: "datetime" | "code" } | null {
  if (text.length > TEXT_CHARACTERS) return null;
  const when = dateKey(text) ?? timeKey(text);
  if (when !== null) return { key: when, kind: "datetime" };
  const data = dataKey(text);
  return data === null ? null : { key: data, kind: "code" };
}

const monthNames = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const month = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/;
const dayFirst = new RegExp(`^(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${month},? (\\d{4})$`, "i");
const monthFirst = new RegExp(`^${month} (\\d{1,2})(?:st|nd|rd|th)?,? (\\d{4})$`, "i");

const dayOfMonth = new RegExp(`^(?:the )?(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${month}$`, "i");
const monthAndDay = new RegExp(`^${month} (\\d{1,2})(?:st|nd|rd|th)?$`, "i");

/** `2024-03-03`, `3 March 2024`, `March 3rd, 2024`, and `25 December` without a year. Dates of figures with slashes are ambiguous, and are none. */
function dateKey(text: string): string | null {
  const plain = text.length > 40 ? "" : text.replace(/\s+/g, " ").replace(/\.$/, "");
  const [isoDate, first, second] = [iso.exec(plain), dayFirst.exec(plain), monthFirst.exec(plain)];
  const [dayOnly, monthOnly] = [dayOfMonth.exec(plain), monthAndDay.exec(plain)];
  if (dayOnly) return yearless(monthNumber(dayOnly[2]!), Number(dayOnly[1]));
  if (monthOnly) return yearless(monthNumber(monthOnly[1]!), Number(monthOnly[2]));
  if (isoDate) return dated(Number(isoDate[1]), Number(isoDate[2]), Number(isoDate[3]));
  if (first) return dated(Number(first[3]), monthNumber(first[2]!), Number(first[1]));
  return second && dated(Number(second[3]), monthNumber(second[1]!), Number(second[2]));
}

const monthNumber = (name: string) => monthNames.indexOf(name.toLowerCase()) + 1;

function dated(year: number, monthOf: number, day: number): string | null {
  const date = new Date(Date.UTC(year, monthOf - 1, day));
  const exists = year > 99 && date.getUTCMonth() === monthOf - 1 && date.getUTCDate() === day;
  return exists ? date.toISOString().slice(0, 10) : null;
}

/** In a leap year, since none is named. */
const yearless = (monthOf: number, day: number): string | null =>
  dated(2000, monthOf, day)?.replace("2000", "-") ?? null;

const hours: ReadonlyMap<string, string> = new Map([
  ["noon", "12:00"],
  ["12 noon", "12:00"],
  ["midnight", "0:00"],
  ["12 midnight", "0:00"],
]);
const clock = /^(\d{1,2})(?:[:.](\d{2}))?(?::(\d{2}))? ?([ap])\.? ?m\.?$/i;
const fullDay = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** `3:05 pm` is `15:05`, as it is written on the clock of 24 hours. A ratio such as `7:32` has the same key. */
function timeKey(text: string): string | null {
  const plain =
    text.length > 20
      ? ""
      : text
          .replace(/\\text\{|[{}$~]|\\/g, " ")
          .replace(/\s+/g, " ")
          .trim();
  const named = hours.get(plain.toLowerCase());
  if (named !== undefined) return named;
  const [, hour, minute = "00", second, half] = clock.exec(plain) ?? [];
  if (hour !== undefined && Number(hour) >= 1 && Number(hour) <= 12 && Number(minute) < 60) {
    const hours = (Number(hour) % 12) + (half!.toLowerCase() === "p" ? 12 : 0);
    return `${hours}:${minute}${second === undefined || second === "00" ? "" : `:${second}`}`;
  }
  const [, fullHour, minutes, rest = "00"] = fullDay.exec(plain) ?? [];
  return fullHour === undefined ? null : `${Number(fullHour)}:${minutes}${rest === "00" ? "" : `:${rest}`}`;
}

/** JSON, or a literal of Python, that is more than numbers: keys in order, numbers as JavaScript prints them. */
function dataKey(text: string): string | null {
  const opens = text[0];
  const data = opens === "{" || opens === "[" ? (parsed(text) ?? parsed(asJson(text))) : undefined;
  if (data === undefined || typeof data !== "object" || data === null) return null;
  const more = !Array.isArray(data) || hasNonNumber(data);
  return more ? `json:${JSON.stringify(sorted(data))}` : null;
}

function parsed(text: string): unknown {
  if (deepest(text) > 100) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** How deeply brackets nest, so that what walks over the data needs no deep stack. */
function deepest(text: string): number {
  let [depth, most] = [0, 0];
  for (const character of text) {
    if (character === "[" || character === "{") most = Math.max(most, ++depth);
    else if (character === "]" || character === "}") depth--;
  }
  return most;
}

/** Python's `{'a': True}` as JSON. */
const asJson = (text: string): string =>
  text.includes('"') || text.includes("\\")
    ? text
    : text
        .replaceAll("'", '"')
        .replace(/\bTrue\b/g, "true")
        .replace(/\bFalse\b/g, "false")
        .replace(/\bNone\b/g, "null");

const hasNonNumber = (data: unknown): boolean =>
  Array.isArray(data) ? data.some(hasNonNumber) : typeof data !== "number";

function sorted(data: unknown): unknown {
  if (Array.isArray(data)) return data.map(sorted);
  if (data === null || typeof data !== "object") return data;
  const entries = Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, value]) => [key, sorted(value)]));
}
