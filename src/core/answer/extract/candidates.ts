/**
 * Which of several marks is the answer. A rule of the list that fires keeps all that come after it from being tried, but for
 * markers of its own strength (`strengths.ts`): of those the last in the text decides.
 */
import { type AnswerMark, type AnswerRule, placeOf } from "./rule.js";
import { moreExact, overruled, strengthOf } from "./strengths.js";

export interface Candidate {
  readonly rule: AnswerRule;
  readonly mark: AnswerMark;
}

/**
 * Why one candidate beats another: its rule is `stronger`, or `listed` before the other's where a user's list turns the strengths around; its
 * marker stands `later`, or is the more `exact` at the same place; or it is a final answer, `announced` after the box.
 */
export type Ground = "stronger" | "listed" | "later" | "exact" | "announced";

export interface Contest {
  readonly winner: Candidate;
  readonly loser: Candidate;
  readonly ground: Ground;
}

/**
 * The deciding mark among those that the rules find; null where none finds one. With `told` every rule is tried, also those that cannot decide
 * any more, and each comparison is told; the mark is the same.
 */
export function decidingMark(
  text: string,
  rules: readonly AnswerRule[],
  told?: (contest: Contest) => void,
): Candidate | null {
  let best: Candidate | null = null;
  for (const rule of rules) {
    if (best !== null && told === undefined && !areEqual(best.rule, rule)) continue;
    const mark = rule.find(text);
    if (mark === null) continue;
    const rival: Candidate = { rule, mark };
    if (best === null) {
      best = rival;
      continue;
    }
    const contest = contestOf(best, rival);
    told?.(contest);
    best = contest.winner;
  }
  return best;
}

const areEqual = (a: AnswerRule, b: AnswerRule): boolean => {
  const strength = strengthOf(a.name);
  return strength !== null && strength === strengthOf(b.name);
};

/** `rival` is of a rule that comes later in the list. */
function contestOf(best: Candidate, rival: Candidate): Contest {
  const stays = (ground: Ground): Contest => ({ winner: best, loser: rival, ground });
  const falls = (ground: Ground): Contest => ({ winner: rival, loser: best, ground });
  if (areEqual(best.rule, rival.rule)) {
    const later = placeOf(rival.mark) - placeOf(best.mark);
    if (later === 0) return rival.rule.name === moreExact ? falls("exact") : stays("exact");
    return later > 0 ? falls("later") : stays("later");
  }
  if (best.rule.name === overruled.by && rival.rule.name === overruled.rule) return stays("announced");
  const [a, b] = [strengthOf(best.rule.name), strengthOf(rival.rule.name)];
  return stays(a !== null && b !== null && a < b ? "stronger" : "listed");
}
