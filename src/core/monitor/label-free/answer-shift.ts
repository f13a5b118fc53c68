/** How far the distribution of all answers moved from the reference: several attractors at once show here. */
import { Random } from "../../../random.js";
import type { ResampleOptions } from "../../statistics/bootstrap-curves.js";
import { quantileOf } from "../../statistics/interval.js";
import type { AnsweredGroup } from "../group.js";
import type { AnswerReference } from "./reference.js";
import { type AnswerTally, entropyOf, tallyOf } from "./tally.js";

/**
 * Jensen–Shannon divergence (nats, 0 to ln 2) of the answers of those rollouts that answered. Null where on either side nobody did. Of finite
 * samples it is above 0 even where nothing moved: `shiftNull` says by how much.
 */
export function jensenShannon(one: AnswerTally, other: AnswerTally): number | null {
  if (one.answered === 0 || other.answered === 0) return null;
  const term = (p: number, q: number) => (p === 0 ? 0 : p * Math.log((2 * p) / (p + q)));
  const terms = [...new Set([...one.counts.keys(), ...other.counts.keys()])].map((answer) => {
    const p = (one.counts.get(answer)?.count ?? 0) / one.answered;
    const q = (other.counts.get(answer)?.count ?? 0) / other.answered;
    return (term(p, q) + term(q, p)) / 2;
  });
  // Ascending, so that the order of the samples does not decide the last digit.
  return Math.max(
    0,
    terms.sort((a, b) => a - b).reduce((sum, own) => sum + own, 0),
  );
}

export interface AnswerShift {
  readonly shift: number | null;
  /** e^H now over e^H of the reference: 1 where answers are as varied as they were. Null where nobody answered. */
  readonly effectiveAnswersRatio: number | null;
}

export function answerShift(now: AnswerTally, { pooled, effectiveAnswers }: AnswerReference): AnswerShift {
  const shift = jensenShannon(now, pooled);
  return {
    shift,
    effectiveAnswersRatio: shift === null ? null : Math.exp(entropyOf(now)) / effectiveAnswers,
  };
}

export interface ShiftNull {
  /** The divergence that was found. */
  readonly shift: number;
  /** What it would be where prompts are exchangeable between both: mean, and the 95% quantile. */
  readonly mean: number;
  readonly high: number;
  /** Share of the resamples at least as far apart, the one found counted among them. */
  readonly p: number;
}

/**
 * The divergence beside its null: prompts of both sides are shuffled and split anew, so that each side keeps its size, and rollouts of a prompt stay
 * together. A bootstrap would draw the same prompt to both sides, and find less than fresh prompts differ by. Null where either has no answer.
 */
export function shiftNull(
  now: readonly AnsweredGroup[],
  reference: readonly AnsweredGroup[],
  { seed = 0, resamples = 200 }: ResampleOptions = {},
): ShiftNull | null {
  const shift = jensenShannon(tallyOf(now), tallyOf(reference));
  if (shift === null) return null;
  const all = [...now, ...reference];
  const nulls: number[] = [];
  for (let r = 0; r < resamples; r++) {
    const mixed = new Random(seed, r).shuffle(all);
    const own = jensenShannon(tallyOf(mixed.slice(0, now.length)), tallyOf(mixed.slice(now.length)));
    if (own !== null) nulls.push(own);
  }
  const sorted = nulls.toSorted((a, b) => a - b);
  return {
    shift,
    mean: nulls.reduce((sum, own) => sum + own, 0) / nulls.length,
    high: quantileOf(sorted, 0.95),
    p: (1 + nulls.filter((own) => own >= shift).length) / (1 + nulls.length),
  };
}
