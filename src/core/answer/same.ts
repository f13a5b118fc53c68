/**
 * The one definition of "the same answer". Votes, rewards and metrics all use it, so that an answer can never be
 * counted by one relation and paid by another (defects 1 and 6 of the reference code).
 */

/** A usable answer: text that is not blank. An empty answer is no answer. */
export function isAnswer(answer: string | null): answer is string {
  return answer !== null && answer.trim() !== "";
}

/** Whether two canonical answers are the same. No answer equals nothing, not even another missing answer. */
export function sameAnswer(a: string | null, b: string | null): boolean {
  return isAnswer(a) && a === b;
}
