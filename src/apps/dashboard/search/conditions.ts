/** What is searched for, as SQL over `rollouts` or `probe`. Whether an answer is right is not among it: the run's files do not have the truths. */
import { quoteText } from "../../../io/fs/duckdb.js";
import { inRange, type Search } from "./search-query.js";

/** Conditions that must all hold; none where everything is found. */
export function conditionsOf(search: Search): string[] {
  const { text, regex, prompt, answer, finish, rejected, source } = search;
  const matched = regex !== undefined ? matches(regex) : text !== undefined ? contains(text) : null;
  return [
    ...(matched === null ? [] : [`(${matched("completion")} OR ${matched("prompt")})`]),
    ...(prompt === undefined ? [] : [`promptId = ${quoteText(prompt)}`]),
    ...(answer === undefined ? [] : [`answer = ${quoteText(answer)}`]),
    ...(finish === undefined ? [] : [`finish = ${quoteText(finish)}`]),
    ...(rejected === undefined || source === "probe"
      ? []
      : [`rejected IS ${rejected === "yes" ? "NOT " : ""}NULL`]),
    ...(source === "probe" ? [] : inRange("reward", search.rewardFrom, search.rewardTo)),
    ...inRange("tokens", search.tokensFrom, search.tokensTo),
    ...inRange("voteShare", search.agreementFrom, search.agreementTo),
  ];
}

const contains = (text: string) => (column: string) =>
  `contains(lower(${column}), lower(${quoteText(text)}))`;

/** RE2, whose time is linear in the text whatever the expression. */
const matches = (regex: string) => (column: string) => `regexp_matches(${column}, ${quoteText(regex)})`;

/** What matched of a text, to be shown; the empty text where nothing was searched for. */
export function matchOf({ text, regex }: Search, column: string): string {
  if (regex !== undefined) return `regexp_extract(${column}, ${quoteText(regex)})`;
  if (text === undefined) return "''";
  return `substr(${column}, strpos(lower(${column}), lower(${quoteText(text)})), CASE WHEN ${contains(text)(column)} THEN ${[...text].length} ELSE 0 END)`;
}
