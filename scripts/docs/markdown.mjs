/** Pieces of Markdown that the reference is made of. */

/** Text as Markdown that says it literally: no tag, no emphasis. */
export const plain = (text) =>
  text
    // Code spans are literal already.
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/[\\*<>[\]{}]|(?<!\w)_|_(?!\w)/g, "\\$&")))
    .join("");

/** Pages that a text names become links; `up` leads from the page to docs/. */
export const linked = (text, up) =>
  text.replace(/\bdocs\/([\w/-]+)\.md/g, (_, path) => `[docs/${path}.md](${up}${path}.md)`);

/** A code span, with as many backticks as its text needs. */
export const code = (text) => {
  const fence = "`".repeat(Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)) + 1);
  const blank = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${blank}${text}${blank}${fence}`;
};

export const fenced = (text, language = "") => `\`\`\`${language}\n${text}\n\`\`\``;

/** A bar would end its cell, in a code span as well. */
export const table = (head, rows) =>
  [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");

/** With a full stop, where it has none. */
export const sentence = (text) => (/[.!?:…]$/.test(text) ? text : `${text}.`);

/** A page of blocks. Its first line says, in the file alone, where it comes from. */
export const page = (blocks) =>
  `<!-- Made from the code by \`npm run docs:reference\`: change it there. -->\n\n${blocks.flat(Number.POSITIVE_INFINITY).join("\n\n")}\n`;
