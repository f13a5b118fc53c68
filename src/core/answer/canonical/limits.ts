/** Bounds that keep every answer cheap. What lies beyond one is compared as text, exactly. */

/** Characters that are read as mathematics. */
export const MATH_CHARACTERS = 2000;
/** Characters that are normalised as text; a longer text is compared letter by letter. */
export const TEXT_CHARACTERS = 20_000;
export const TOKENS = 1200;
export const DEPTH = 60;
/** Bits of an exact integer, and of the parts of an exact fraction, whose reduction costs more. */
export const INTEGER_BITS = 16_384;
export const FRACTION_BITS = 1024;
/** Characters of the longest key. */
export const KEY_CHARACTERS = 1000;
/** Largest integer whose factorial or binomials are computed. */
export const FACTORIAL = 500;
/** Work of evaluating one answer: an addition is 1, a logarithm about 20. */
export const WORK = 15_000;

/** The text is no mathematics that we read, or is too large to: it is compared as text. Never leaves this folder. */
export class NotMathematics extends Error {
  override name = "NotMathematics";
}

/** Throws what sends an answer to the comparison as text. */
export function notMathematics(why: string): never {
  throw new NotMathematics(why);
}

/** The value; null where it is undefined. */
export function orNull<T>(compute: () => T): T | null {
  try {
    return compute();
  } catch (error) {
    if (error instanceof NotMathematics) return null;
    throw error;
  }
}
