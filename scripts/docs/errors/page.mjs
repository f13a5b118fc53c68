/** The page of error codes: what is printed behind each, and what to do. */
import { linked, page, plain, sentence, code as span } from "../markdown.mjs";
import { MEANINGS } from "./meanings.mjs";

const KINDS = [
  [
    "error",
    "Errors",
    "What stops a command. It ends with status 2 where the command line or the config is wrong, with 130 where a signal stopped it, and with 1 otherwise. An audit that finds a run hacked or collapsed ends with 3 ([audit](../how-to/audit.md)). Nothing that was written is lost.",
  ],
  ["warning", "Warnings of doctor", "What `selftrain doctor` finds and a run would bear."],
  ["note", "Notes", "What is said of a run that goes on, as `note[code]`."],
];

/** Codes with the places that give them; a place of another kind than the first one's does not count as that kind. */
export function byCode(entries) {
  const codes = new Map();
  for (const entry of entries) codes.set(entry.code, [...(codes.get(entry.code) ?? []), entry]);
  return new Map([...codes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Texts that say something, each once. */
const said = (texts) => [...new Set(texts)].filter((text) => /\p{L}/u.test(text));

const either = (texts, before) =>
  texts.length === 0
    ? ""
    : linked(`${before}${texts.map((text) => sentence(plain(text))).join(" Or: ")}`, "../");

/** A key or a command keeps its letters. */
const capital = (text) => text.replace(/^\p{Ll}(?=\p{Ll}*[ ,])/u, (letter) => letter.toUpperCase());

function placeText({ messages, expected, remedies }) {
  return [
    either(said(messages).map(capital), ""),
    either(said(expected), "Expected: "),
    either(said(remedies).map(capital), "**Remedy:** "),
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function codeSection([code, places]) {
  const texts = [...new Set(places.map(placeText))].filter((text) => text !== "");
  return [
    `### ${span(code)}`,
    ...(code in MEANINGS ? [MEANINGS[code]] : []),
    texts.length === 1 ? texts[0] : texts.map((text) => `- ${text}`).join("\n"),
  ].filter((block) => block !== "");
}

export function errorPage(entries) {
  const codes = [...byCode(entries)];
  const kindOf = ([, places]) => (places.some(({ kind }) => kind === "error") ? "error" : places[0].kind);
  return page([
    "# Error codes",
    "An error says what happened, where, what would have been right, and what to do. Its code does not change between versions; with `--json` all of it is one JSON value.",
    "In the texts below … stands for a name, a value or a place of the case at hand.",
    ...KINDS.map(([kind, title, about]) => [
      `## ${title}`,
      about,
      codes.filter((each) => kindOf(each) === kind).map(codeSection),
    ]),
  ]);
}
