/**
 * The frame of a report: one HTML file that fetches nothing. Its content security policy allows exactly the scripts
 * and the style it carries, by hash, so that even a hole in the escaping would run no script.
 */
import { createHash } from "node:crypto";
import { builtScript } from "./built-script.js";
import { html, type SafeHtml, trusted } from "./html.js";
import { reportStyle } from "./stylesheet.js";

/** A part of the page; one whose content is undefined is left out with its link. */
export interface Section {
  readonly id: string;
  readonly title: string;
  /** Short form for the link at the top. */
  readonly link?: string;
  readonly content: SafeHtml | undefined;
}

export interface Page {
  readonly title: string;
  /** Small line above the headline. */
  readonly kicker: string;
  readonly headline: string;
  readonly lead: SafeHtml;
  readonly sections: readonly Section[];
  readonly footer: SafeHtml;
  /** Of a page whose plots are not uPlot's: the script it runs instead, and what it adds to the style. */
  readonly own?: { readonly script: string; readonly style: string };
}

const hash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** The page as text, ready to be written as UTF-8. */
export function renderPage(page: Page): string {
  const built = page.own ? null : builtScript();
  const script = page.own ? page.own.script : built!.script;
  const style = page.own ? `${reportStyle()}\n${page.own.style}` : `${built!.css}\n${reportStyle()}`;
  const sections = page.sections.filter(({ content }) => content !== undefined);
  const policy = [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="data:,">
<style>${trusted(style)}</style>
</head>
<body>
<header class="top"><p class="kicker">${page.kicker}</p><h1>${page.headline}</h1>${page.lead}<nav aria-label="Sections">${sections.map(
    ({ id, title, link }) => html`<a href="#${id}">${link ?? title}</a>`,
  )}</nav></header>
<main>${sections.map(
    ({ id, title, content }) => html`
<section id="${id}"><h2>${title}</h2>${content}</section>`,
  )}
</main>
<footer>${page.footer}</footer>
${
  !page.own &&
  html`<noscript><p class="note">The plots need JavaScript; every number in the tables and legends is there without it.</p></noscript>
`
}<script>${trusted(script)}</script>
</body>
</html>
`.markup;
}
