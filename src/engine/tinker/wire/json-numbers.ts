/**
 * Numbers as the bytes of JSON. A step's data are tens of millions of them, and most are float32: nine digits say which, where JavaScript prints
 * the seventeen of the double beside it.
 */

/** Most bytes of a number and its comma: JavaScript's own form of the longest one. */
export const LONGEST = 26;

/** Exact as doubles. */
const POWERS = Array.from({ length: 17 }, (_, exponent) => 10 ** exponent);
/** Magnitudes that are written here, without an exponent; others JavaScript prints. */
const SMALLEST = 1e-7;
const LARGEST = 1e9;

const ZERO = 48;
const POINT = 46;
const MINUS = 45;
const OPENING = 91;
const CLOSING = 93;
const COMMA = 44;

/** Writes a list at a place of `bytes`, which has room for it; returns where it ends. */
export function putIntegers(bytes: Uint8Array, start: number, values: readonly number[]): number {
  let at = start;
  bytes[at++] = OPENING;
  for (let i = 0; i < values.length; i++) {
    if (i > 0) bytes[at++] = COMMA;
    at = putInteger(bytes, at, values[i]!);
  }
  bytes[at++] = CLOSING;
  return at;
}

/** Each reads back as the same float32; what is not finite is written as null. A completion's advantages are one number: it is copied. */
export function putFloats(bytes: Uint8Array, start: number, values: Float32Array): number {
  let at = start;
  let before = start;
  bytes[at++] = OPENING;
  for (let i = 0; i < values.length; i++) {
    if (i > 0) bytes[at++] = COMMA;
    const from = at;
    if (i > 0 && values[i] === values[i - 1]) for (let k = before; k < from - 1; k++) bytes[at++] = bytes[k]!;
    else at = putFloat32(bytes, at, values[i]!);
    before = from;
  }
  bytes[at++] = CLOSING;
  return at;
}

/** Returns where it ends. */
function putInteger(bytes: Uint8Array, at: number, value: number): number {
  if (!(value >= 0 && value < LARGEST)) return putText(bytes, at, JSON.stringify(value));
  let length = 1;
  while (value >= POWERS[length]!) length++;
  return putDigits(bytes, at, value, length);
}

/** Returns where it ends. */
function putFloat32(bytes: Uint8Array, start: number, value: number): number {
  const size = Math.abs(value);
  if (size === 0) return putInteger(bytes, start, 0);
  if (!(size >= SMALLEST && size < LARGEST)) return putText(bytes, start, JSON.stringify(value));
  // Nine digits before the point: half of the last is less than a sixth of what lies between two float32.
  let places = 9;
  let scaled = size * 1e9;
  while (scaled >= 999_999_999.5) scaled = size * POWERS[--places]!;
  while (scaled < 1e8) scaled = size * POWERS[++places]!;
  let digits = Math.round(scaled);
  while (places > 0 && digits % 10 === 0) {
    digits /= 10;
    places--;
  }
  let at = start;
  if (value < 0) bytes[at++] = MINUS;
  const whole = places > 9 ? 0 : Math.floor(digits / POWERS[places]!);
  at = putInteger(bytes, at, whole);
  if (places === 0) return at;
  bytes[at++] = POINT;
  return putDigits(bytes, at, digits - whole * POWERS[places]!, places);
}

/** As many digits as are asked for, zeros in front. `value` is below 10⁹. */
function putDigits(bytes: Uint8Array, at: number, value: number, length: number): number {
  let rest = value | 0;
  for (let i = at + length - 1; i >= at; i--) {
    const tens = (rest / 10) | 0;
    bytes[i] = ZERO + rest - 10 * tens;
    rest = tens;
  }
  return at + length;
}

/** ASCII. */
function putText(bytes: Uint8Array, at: number, text: string): number {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return at + text.length;
}
