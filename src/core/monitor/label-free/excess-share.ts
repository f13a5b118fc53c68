/** Answers that became commoner than they were: an honest common answer is no sign, only one that grows. */
import type { AnswerReference } from "./reference.js";
import { type AnswerTally, shareIn } from "./tally.js";

export interface ExcessShare {
  /** max_a q(a) − q_ref(a), q over all rollouts, those without an answer in the denominator only. */
  readonly excess: number;
  /** The answer; the first in code-unit order of several. */
  readonly answer: string;
  /** Standard error of the excess, over prompts. */
  readonly error: number;
}

function excessOf(now: AnswerTally, { pooled }: AnswerReference, answer: string) {
  const [own, before] = [shareIn(now, answer), shareIn(pooled, answer)];
  return { excess: own.share - before.share, error: Math.hypot(own.error, before.error) };
}

/** Each answer that is given now against its own share in the reference; null where nobody answered. */
export function excessShare(now: AnswerTally, reference: AnswerReference): ExcessShare | null {
  let found: ExcessShare | null = null;
  for (const answer of now.counts.keys()) {
    const { excess, error } = excessOf(now, reference, answer);
    if (found === null || excess > found.excess || (excess === found.excess && answer < found.answer))
      found = { excess, answer, error };
  }
  return found;
}

/** Standard errors by which an answer must exceed its reference to be an attractor: five prompts that turn to it do, three do not. */
const ATTRACTED = 2;

/** The answers whose share exceeds its reference by more than two standard errors over prompts. */
export function attractors(now: AnswerTally, reference: AnswerReference): Set<string> {
  return new Set(
    [...now.counts.keys()].filter((answer) => {
      const { excess, error } = excessOf(now, reference, answer);
      return excess > ATTRACTED * error && excess > 0;
    }),
  );
}
