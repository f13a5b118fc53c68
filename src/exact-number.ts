/** Numbers as data write them: a double rounds long ones, and two that differ become one answer, or one group. */

/** A number that a double would round. Equal numbers have equal texts, however they were written. */
export class ExactNumber {
  /** All digits; with an exponent, as in `1e400`, where that would be long. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): string {
    return this.text;
  }
}

/** Most characters of a number without an exponent. */
const LONGEST = 100;

/** Digits that every double has room for: a number of so many comes back as it was. */
const SURE_DIGITS = 15;

/** A decimal number as JSON or SQL writes it: a double, where that keeps all of its digits. */
export function exactNumber(written: string): number | ExactNumber {
  const number = Number(written);
  const rounded = mayBeRounded(number);
  if (!rounded && String(number) === written) return number;
  const exact = normal(written);
  return !rounded && normal(String(number)) === exact ? number : new ExactNumber(exact);
}

/**
 * Whether a double may stand for several integers, of which one was meant: beyond 2^53 neighbours are further apart than
 * 1. Few digits before zeros, as in 6.02e23, were written so.
 */
export function mayBeRounded(number: number): boolean {
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return false;
  const [digits] = Math.abs(number).toExponential().split("e") as [string];
  return digits.replace(".", "").length > SURE_DIGITS;
}

/** As `String`, but large integers have all their digits, as they have where they are big integers. */
export function numberText(number: number): string {
  const text = String(number);
  return text.includes("e+") ? normal(text) : text;
}

/** One text for all ways to write a number. */
function normal(written: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(written) ?? [];
  const all = whole + fraction;
  const leading = /^0*/.exec(all)![0].length;
  let end = all.length;
  while (end > leading && all[end - 1] === "0") end--;
  const digits = all.slice(leading, end);
  if (digits === "") return "0";
  /** Digits before the point. An exponent may itself be too long for a double. */
  const point = BigInt(exponent) + BigInt(whole.length - leading);
  if (point > LONGEST || point < -LONGEST || digits.length > LONGEST) {
    const power = point - 1n;
    const rest = digits.slice(1);
    return `${sign}${digits[0]}${rest && `.${rest}`}e${power}`;
  }
  const at = Number(point);
  if (at <= 0) return `${sign}0.${"0".repeat(-at)}${digits}`;
  if (at >= digits.length) return sign + digits.padEnd(at, "0");
  return `${sign}${digits.slice(0, at)}.${digits.slice(at)}`;
}
