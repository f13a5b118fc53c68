/** What became of prompts with a known answer, by their majority at first and now. */
import { sameAnswer } from "../../answer/same.js";

export interface PromptCourse {
  readonly truth: string;
  readonly before: string | null;
  readonly now: string | null;
}

/** Counts of prompts. */
export interface Fates {
  readonly stayedRight: number;
  /** Wrong, or no majority, at first; right now. */
  readonly learned: number;
  readonly corrupted: number;
  readonly stayedWrong: number;
}

export function fates(prompts: readonly PromptCourse[]): Fates {
  const counts = { stayedRight: 0, learned: 0, corrupted: 0, stayedWrong: 0 };
  for (const { truth, before, now } of prompts) {
    const [was, is] = [sameAnswer(before, truth), sameAnswer(now, truth)];
    counts[was ? (is ? "stayedRight" : "corrupted") : is ? "learned" : "stayedWrong"]++;
  }
  return counts;
}
