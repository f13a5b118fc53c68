/** Where the final answer of a text stands as it is written, and why there is none. */
import type { FinishReason } from "../../group.js";
import { type Candidate, type Contest, decidingMark } from "./extract/candidates.js";
import { isClosed, openEnd, openFence } from "./extract/open-end.js";
import { type AnswerRule, markedText } from "./extract/rule.js";
import { answerRules, solutionRules } from "./extract/rules.js";
import { thoughtsEnd, turnEnd } from "./extract/said.js";
import { hasOwnEnd, isMarker } from "./extract/strengths.js";

export interface FindOptions {
  /** Why sampling stopped; `stop` by default. Null where nobody says it: then a text that certainly breaks off counts as `length`. */
  readonly finish?: FinishReason | null;
  /** What an unfinished solution (`length`) answers: nothing, for its last number must not vote (the default), or what is found. */
  readonly truncated?: "none" | "extract";
  /** Tried in order; the first whose marker is in the text decides, unless a later one is of its strength. Default: those of `solutionRules`. */
  readonly rules?: readonly AnswerRule[];
}

/** What a rule found before it was made canonical; the text is never blank. */
export interface RawAnswer {
  readonly text: string;
  readonly rule: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Why a text has no answer: it was `cut` off, it `breaks-off` though nobody says so, its `thoughts` never end, nothing is marked in it
 * (`unmarked`), or what is marked is `blank`.
 */
export type NoAnswer = "cut" | "breaks-off" | "thoughts" | "unmarked" | "blank";

export interface Decision {
  readonly answer: RawAnswer | null;
  /** Null where there is an answer. */
  readonly none: NoAnswer | null;
  /** Whether the text breaks off before it has marked an answer, though nobody says why it ended. */
  readonly breaksOff: boolean;
}

/** What is told of how a decision came about. */
export interface Told {
  /** The part of the text in which answers are looked for, and where it begins. */
  said(text: string, from: number): void;
  contest(contest: Contest): void;
  decided(candidate: Candidate): void;
  /** Where in the whole text what is unfinished begins. */
  broken(at: number): void;
}

const defaultRules = answerRules(solutionRules);

/**
 * Characters at the end of a text in which an answer is looked for: what stands before them is no final answer, and
 * no text takes longer than that many.
 */
export const REACH = 100_000;

/**
 * Finds the final answer as it is written, and says why there is none. The first rule whose marker is present decides, or of several of one
 * strength the last in the text: when what it marks is blank, there is no answer, and no weaker rule takes some other number instead. Time is
 * linear in the text. `told` is told all candidates, and changes nothing.
 */
export function decideAnswer(text: string, options: FindOptions = {}, told?: Told): Decision {
  const { finish = "stop", truncated = "none", rules = defaultRules } = options;
  if (finish === "length" && truncated === "none") return without("cut");
  const thoughts = thoughtsEnd(text);
  if (thoughts === null) return without("thoughts", finish === null);
  const end = turnEnd(text);
  const from = Math.max(end - REACH, thoughts);
  const said = text.slice(from, end);
  told?.said(said, from);
  const found = decidingMark(said, rules, told && ((contest) => told.contest(contest)));
  if (found !== null) told?.decided(found);
  // A token that ends the turn says that the text did.
  const open = finish === null && end === text.length ? openAfter(said, found) : null;
  const breaksOff = open !== null;
  if (breaksOff) told?.broken(open + from);
  if (breaksOff && truncated === "none") return without("breaks-off", true);
  if (found === null) return without("unmarked", breaksOff);
  const { rule, mark } = found;
  const raw = markedText(said, mark);
  if (raw === "") return without("blank", breaksOff);
  const answer = { text: raw, rule: rule.name, start: mark.start + from, end: mark.end + from };
  return { answer, none: null, breaksOff };
}

const without = (none: NoAnswer, breaksOff = false): Decision => ({ answer: null, none, breaksOff });

/**
 * Where a text breaks off and its answer, where it has one, with it: a box has its own end, a phrase that of its sentence. Programs that run
 * code stop at the end of it, so that an open fence tells something only where no answer is marked.
 */
function openAfter(said: string, found: Candidate | null): number | null {
  const at = openEnd(said);
  if (found === null || !isMarker(found.rule.name)) return at ?? openFence(said);
  return at === null || hasOwnEnd(found.rule.name) || isClosed(said, found.mark, at) ? null : at;
}
