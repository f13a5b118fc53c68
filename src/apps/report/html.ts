/**
 * HTML by a template tag that escapes every value. Completions are untrusted text: a model may write anything,
 * `</script><img onerror=…>` included, so text becomes markup only through `trusted`, which is given nothing but
 * what this project or a package it ships wrote.
 */

/** Markup that is safe to put in a page as it is. */
export class SafeHtml {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

/** What a template may hold: text and numbers are escaped, markup is kept, null, undefined and false vanish. */
export type HtmlValue = SafeHtml | string | number | null | undefined | false | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Text as HTML text or as the value of a quoted attribute, made visible. */
export function escapeHtml(text: string): string {
  return visible(text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] as string));
}

/** Lines end in LF; control characters and lone surrogates become U+FFFD, so that they show. */
export const visible = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, "\uFFFD");

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof SafeHtml) return value.markup;
  if (typeof value === "object") return value.map(render).join("");
  return escapeHtml(String(value));
}

/** Template tag: the literal parts are markup, the values are escaped. Attribute values must stand in quotes. */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(
    literals.map((literal, i) => (i < values.length ? literal + render(values[i]) : literal)).join(""),
  );
}

/** Markup from a source that is not a rollout, a prompt or a file: never call it with text that was read. */
export function trusted(markup: string): SafeHtml {
  return new SafeHtml(markup);
}
