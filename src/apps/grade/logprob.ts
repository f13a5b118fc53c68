/** How probable a completion was, from what is given of it. */
import { sum } from "../../numbers.js";
import { asNumber, type FieldKind, type Fields, fieldOf, malformed } from "./fields.js";

/** Sum and mean of a completion's token logprobs (nats); null where what is given does not tell. */
export interface GivenLogprob {
  readonly sum: number | null;
  readonly mean: number | null;
}

export const logprobNames = {
  logprobs: ["logprobs"],
  mean: ["meanLogprob", "mean_logprob"],
  sum: ["logprob"],
  tokens: ["tokens"],
} as const;

/** Servers compute in single precision or less: a probability of 1 may come out a little higher. */
const ROUNDING = 1e-4;

const remedy = "Mend the field, or leave it out where votes do not weigh by it.";

const asLogprob = (value: unknown): number | undefined => {
  const number = asNumber(value);
  return number !== undefined && number <= ROUNDING ? number : undefined;
};

const logprob: FieldKind<number> = {
  read: asLogprob,
  expected: "a logprob in nats: a number of 0 or less",
  remedy,
};

const logprobs: FieldKind<readonly number[]> = {
  read(value) {
    const numbers = Array.isArray(value) ? value.map(asLogprob) : [undefined];
    return numbers.every((number) => number !== undefined) ? numbers : undefined;
  },
  expected: "a list with the logprob of each token in nats: numbers of 0 or less",
  remedy,
};

const tokens: FieldKind<number> = {
  read(value) {
    const count = asNumber(value);
    return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
  },
  expected: "the number of the completion's tokens, a whole number of 1 or more",
  remedy,
};

/**
 * A list tells both; `logprob` the sum and `meanLogprob` the mean, and either of them both, where `tokens` is given. A
 * completion of no tokens has neither. Throws `sample-malformed`.
 */
export function logprobOf(fields: Fields, where: string): GivenLogprob {
  const each = fieldOf(fields, logprobNames.logprobs, where, logprobs);
  if (each != null && each.length > 0) {
    const total = sum(each);
    return { sum: total, mean: total / each.length };
  }
  const count = fieldOf(fields, logprobNames.tokens, where, tokens) ?? null;
  const mean = fieldOf(fields, logprobNames.mean, where, logprob) ?? null;
  const total = fieldOf(fields, logprobNames.sum, where, logprob) ?? null;
  if (count === null) return { sum: total, mean };
  if (count === 0) {
    if ((mean ?? 0) === 0 && (total ?? 0) === 0) return { sum: null, mean: null };
    throw malformed("has a logprob and no tokens", {
      found: { tokens: count, logprob: total ?? mean },
      expected: tokens.expected,
      where,
      remedy,
    });
  }
  const whole = mean === null ? total : mean * count;
  return { sum: whole, mean: whole === null ? null : whole / count };
}
