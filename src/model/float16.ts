/**
 * Half-precision numbers of checkpoints. Every value of both formats is exact in single precision; the way back rounds
 * to the nearest, ties to even, as PyTorch does.
 */

/** Bits of halves to the bits of single precision, element by element. */
export type Widen = (half: number) => number;
/** Bits of single precision to the bits of a half; infinity where the value is too large. */
export type Narrow = (single: number) => number;

/** bfloat16 is the upper half of a float32. */
export const widenBfloat16: Widen = (half) => half << 16;

export const narrowBfloat16: Narrow = (single) => {
  const magnitude = single & 0x7fffffff;
  // A NaN whose payload is in the lower half alone would become infinity.
  if (magnitude > 0x7f800000) return (single >>> 16) | 0x40;
  return (single + 0x7fff + ((single >>> 16) & 1)) >>> 16;
};

/** IEEE 754 binary16: 1 sign, 5 exponent (bias 15) and 10 fraction bits. */
export const widenFloat16: Widen = (half) => {
  const sign = (half & 0x8000) << 16;
  let exponent = (half >>> 10) & 0x1f;
  let fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign | 0x7f800000 | (fraction << 13);
  if (exponent === 0) {
    if (fraction === 0) return sign;
    // A subnormal half is a normal float: shift its leading bit out.
    exponent = 1;
    while ((fraction & 0x400) === 0) {
      fraction <<= 1;
      exponent--;
    }
    fraction &= 0x3ff;
  }
  return sign | ((exponent + 112) << 23) | (fraction << 13);
};

export const narrowFloat16: Narrow = (single) => {
  const sign = (single >>> 16) & 0x8000;
  const exponent = ((single >>> 23) & 0xff) - 112;
  const fraction = single & 0x7fffff;
  if (exponent === 0xff - 112) return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200 | (fraction >>> 13));
  if (exponent >= 0x1f) return sign | 0x7c00;
  // A carry out of the fraction runs into the exponent, which is what rounding up to a power of two is.
  if (exponent > 0) return sign | ((exponent << 10) + roundedShift(fraction, 13));
  // Below the smallest normal half: the leading bit becomes explicit and the rest is shifted further.
  return exponent < -10 ? sign : sign | roundedShift(fraction | 0x800000, 14 - exponent);
};

/** `value` / 2^`bits` to the nearest whole number, ties to even. */
function roundedShift(value: number, bits: number): number {
  const half = (1 << (bits - 1)) - 1;
  return (value + half + ((value >>> bits) & 1)) >>> bits;
}
