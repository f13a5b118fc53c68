/**
 * Slip noise: a careless student gets a computed number wrong in one digit, now and then, and goes on with the
 * wrong number. Pretraining on such solutions gives a model whose single samples scatter while its majority is
 * right; without it mean and majority coincide and self-training has nothing to gain (docs/experiments.md).
 */
import type { Random } from "../../random.js";

/** An integer that differs from `value` in exactly one digit: same sign, same number of digits. */
export function wrongNumber(value: number, random: Random): number {
  const digits = String(Math.abs(value));
  const at = random.int(0, digits.length - 1);
  // A leading zero would drop digits, so the first digit of a longer number stays at least 1.
  const lowest = at === 0 && digits.length > 1 ? 1 : 0;
  const wrong = otherThan(Number(digits[at]), lowest, 9, random);
  const magnitude = Number(digits.slice(0, at) + wrong + digits.slice(at + 1));
  return value < 0 && magnitude !== 0 ? -magnitude : magnitude;
}

/** A uniform integer in [low, high] other than `value`, which lies in that range. */
function otherThan(value: number, low: number, high: number, random: Random): number {
  const drawn = random.int(low, high - 1);
  return drawn < value ? drawn : drawn + 1;
}

/** Passes computed values through, each replaced by a wrong one with probability `rate`. */
export class Slip {
  readonly #rate: number;
  readonly #random: Random;

  constructor(rate: number, random: Random) {
    this.#rate = rate;
    this.#random = random;
  }

  /** A computed integer, or one with a wrong digit. */
  number(value: number): number {
    return this.#happens() ? wrongNumber(value, this.#random) : value;
  }

  /** A digit of base `base`, or another digit of that base. */
  digit(value: number, base = 10): number {
    return this.#happens() ? otherThan(value, 0, base - 1, this.#random) : value;
  }

  /** The right option (undefined: none is), or one of the others. */
  choice<T>(right: T | undefined, options: readonly T[]): T | undefined {
    return this.#happens() ? this.#random.pick(options.filter((option) => option !== right)) : right;
  }

  #happens(): boolean {
    return this.#rate > 0 && this.#random.next() < this.#rate;
  }
}
