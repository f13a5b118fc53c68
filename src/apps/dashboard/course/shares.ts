/** Shares of answers over the steps, the commonest told apart. */
import { sameAnswer } from "../../../core/answer/same.js";
import { sum } from "../../../numbers.js";
import type { Shares } from "../api/course.js";

/** The answers of a step, of one prompt or of all of them. */
export interface Counted {
  readonly counts: ReadonlyMap<string, number>;
  readonly unanswered: number;
  /** Samples, those without an answer included. */
  readonly samples: number;
}

/** Answers of several groups as one; each counts as often as it was given. */
export function counted(
  groups: readonly {
    readonly answers: readonly { readonly answer: string; readonly count: number }[];
    readonly unanswered: number;
    readonly samples: number;
  }[],
): Counted {
  const counts = new Map<string, number>();
  for (const { answers } of groups)
    for (const { answer, count } of answers) counts.set(answer, (counts.get(answer) ?? 0) + count);
  return {
    counts,
    unanswered: sum(groups.map((own) => own.unanswered)),
    samples: sum(groups.map((own) => own.samples)),
  };
}

const shareAt = ({ counts, samples }: Counted, answer: string): number =>
  samples === 0 ? 0 : (counts.get(answer) ?? 0) / samples;

/** Answers by their mean share over the steps, the commonest first; of equal ones in code-unit order. */
export function ranked(steps: readonly Counted[]): { readonly answer: string; readonly share: number }[] {
  const shares = new Map<string, number>();
  for (const step of steps)
    for (const answer of step.counts.keys())
      shares.set(answer, (shares.get(answer) ?? 0) + shareAt(step, answer) / steps.length);
  return [...shares]
    .map(([answer, share]) => ({ answer, share }))
    .sort((a, b) => b.share - a.share || (a.answer < b.answer ? -1 : 1));
}

/** `truth` is told apart wherever it was given, and is beside the `top` others. */
export function sharesOf(
  counts: readonly Counted[],
  { top, truth }: { readonly top: number; readonly truth: string | null },
): Pick<Shares, "bands" | "others" | "unanswered"> {
  const all = ranked(counts).map(({ answer }) => answer);
  const isTruth = (answer: string): boolean => truth !== null && sameAnswer(answer, truth);
  const chosen = [...all.slice(0, top), ...all.slice(top).filter(isTruth)];
  const unanswered = counts.map((step) => (step.samples === 0 ? 0 : step.unanswered / step.samples));
  const bands = chosen.map((answer) => ({
    answer,
    truth: isTruth(answer),
    shares: counts.map((step) => shareAt(step, answer)),
  }));
  return {
    bands,
    others: counts.map(({ samples }, i) =>
      samples === 0 ? 0 : Math.max(0, 1 - unanswered[i]! - sum(bands.map(({ shares }) => shares[i]!))),
    ),
    unanswered,
  };
}
