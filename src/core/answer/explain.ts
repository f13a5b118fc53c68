/** Why a text has the answer that it has: every candidate with its place and strength, and what decided between them. */
import type { CanonicalAnswer } from "./canonicalisers.js";
import { decideAnswer, type FindOptions } from "./decide.js";
import type { Candidate, Contest, Ground } from "./extract/candidates.js";
import { markedText } from "./extract/rule.js";
import { solutionRules } from "./extract/rules.js";
import { markNames, strengthOf } from "./extract/strengths.js";

export interface ExplainedCandidate {
  readonly rule: string;
  /** 1 is the strongest; null of a rule that a program brought. */
  readonly strength: number | null;
  /** Where the answer stands, counted from 1, in characters. */
  readonly line: number;
  readonly column: number;
  /** The same in UTF-16 code units of the text. */
  readonly start: number;
  readonly end: number;
  /** As it is written. */
  readonly text: string;
  /** Null where it is no answer. */
  readonly canonical: string | null;
  readonly decides: boolean;
  /** Why it does not decide; null of the one that does. */
  readonly beaten: string | null;
}

export interface Explanation {
  /** The canonical form for people; null where there is no answer. */
  readonly answer: string | null;
  /** In words. */
  readonly why: string;
  /** In the order of the text. */
  readonly candidates: readonly ExplainedCandidate[];
}

/** What `decideAnswer` makes of a text, with its reasons. `describe` makes an answer canonical. Takes longer than the answer alone. */
export function explainAnswer(
  text: string,
  describe: (answer: string) => CanonicalAnswer | null,
  options: FindOptions = {},
): Explanation {
  let [said, from, open] = ["", 0, 0];
  const contests: Contest[] = [];
  const found: Candidate[] = [];
  const decision = decideAnswer(text, options, {
    said: (part, begin) => ([said, from] = [part, begin]),
    contest: (contest) => contests.push(contest),
    decided: (candidate) => found.push(candidate),
    broken: (at) => (open = at),
  });
  const [deciding] = found;
  const place = (at: number): string => Object.values(placeOf(text, at)).join(":");
  const explained = (own: Candidate): ExplainedCandidate => {
    const lost = contests.find(({ loser }) => loser === own);
    const written = markedText(said, own.mark);
    const start = own.mark.start + from;
    return {
      rule: own.rule.name,
      strength: strengthOf(own.rule.name),
      ...placeOf(text, start),
      start,
      end: own.mark.end + from,
      text: written,
      canonical: written === "" ? null : (describe(written)?.canonical ?? null),
      decides: own === deciding && decision.none === null,
      beaten: lost === undefined ? null : groundOf(lost),
    };
  };
  const candidates = [...contests.map(({ loser }) => loser), ...found]
    .map(explained)
    .sort((a, b) => a.start - b.start);
  const answer = decision.answer && describe(decision.answer.text);
  const reasons = {
    cut: "it was cut off, and an unfinished text has no answer",
    "breaks-off": `it breaks off at ${place(open)}, and an unfinished text has no answer`,
    thoughts: "its thoughts never end, and an unfinished text has no answer",
    unmarked: `nothing is marked (${(options.rules?.map(({ name }) => name) ?? solutionRules).join(", ")})`,
    blank: `${nameOf(deciding)} decides, and it is blank`,
  };
  const why =
    decision.none !== null
      ? reasons[decision.none]
      : answer === null
        ? `${nameOf(deciding)} decides, and what it marks is no answer`
        : groundsOf(
            deciding,
            contests.filter(({ winner }) => winner === deciding),
          );
  return { answer: answer?.canonical ?? null, why, candidates };
}

const nameOf = (own: Candidate | undefined): string =>
  own === undefined ? "" : ((markNames as Record<string, string>)[own.rule.name] ?? own.rule.name);

/** What `winner` has over all that it beats on one ground. */
const sentences: Readonly<Record<Ground, (winner: string, losers: string) => string>> = {
  announced: (a, b) => `${a} after ${b} overrules it`,
  later: (a, b) => `${a} that comes later beats ${b}: they are of one strength`,
  exact: (a, b) => `${a} is more exact than ${b} at the same place`,
  stronger: (a, b) => `${a} beats ${b}`,
  listed: (a, b) => `${a} comes before ${b} in the list of rules`,
};

const groundOf = ({ winner, loser, ground }: Contest): string =>
  sentences[ground](nameOf(winner), nameOf(loser));

/** Why the deciding candidate decides. */
function groundsOf(deciding: Candidate | undefined, won: readonly Contest[]): string {
  if (won.length === 0) return "nothing else is marked";
  const grounds = Object.keys(sentences) as Ground[];
  const said = grounds.flatMap((ground) => {
    const losers = won.filter((contest) => contest.ground === ground).map(({ loser }) => nameOf(loser));
    return losers.length === 0 ? [] : [sentences[ground](nameOf(deciding), losers.join(" and "))];
  });
  return said.join("; ");
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  const line = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: [...before.slice(line)].length + 1 };
}
