import fc from "fast-check";
import { expect, it } from "vitest";
import { escapeHtml, html, trusted } from "../../../src/apps/report/html.js";
import { HOSTILE } from "./sample-data.js";

const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant(HOSTILE));

const decode = (markup: string): string =>
  markup
    .replace(/&lt;/g, "<")
    .replace(/&gt;/g, ">")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&#96;/g, "`")
    .replace(/&amp;/g, "&");

it("leaves no character of escaped text that could open markup or end an attribute", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"'`]/);
    }),
  );
});

it("escapes without loss: printable text decodes to itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decode(escapeHtml(text))).toBe(text.replace(/\r\n?/g, "\n"));
    }),
  );
});

it("shows control characters and lone surrogates as U+FFFD", () => {
  expect(escapeHtml("a\0b\u001bc\ud800d\te\n")).toBe("a\uFFFDb\uFFFDc\uFFFDd\te\n");
});

it("escapes values in text and attributes, keeps markup, drops nothing-values", () => {
  const inner = html`<b>${"<i>"}</b>`;
  expect(html`<p title="${'"x'}">${inner}${[1, " & ", inner]}${null}${undefined}${false}</p>`.markup).toBe(
    '<p title="&quot;x"><b>&lt;i&gt;</b>1 &amp; <b>&lt;i&gt;</b></p>',
  );
  expect(html`${trusted("<br>")}`.markup).toBe("<br>");
});
