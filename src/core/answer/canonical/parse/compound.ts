/** Quantities in two units, `1 hour 40 minutes`: their number is that of the smaller one. */
import { add, asExpression, type Expression, multiply, ratio, type Structure } from "../expression.js";
import { notMathematics } from "../limits.js";
import { type Rational, rational } from "../math/rational.js";
import type { Cursor } from "./cursor.js";
import { parseNumber } from "./number.js";

/** Units of one dimension, each with how many of the smallest it is. */
const dimensions: readonly (readonly (readonly [string, bigint])[])[] = [
  [
    ["ms", 1n],
    ["s sec secs second seconds", 1000n],
    ["min mins minute minutes", 60_000n],
    ["h hr hrs hour hours", 3_600_000n],
    ["day days", 86_400_000n],
    ["week weeks", 604_800_000n],
  ],
  [
    ["month months", 1n],
    ["year years yr yrs", 12n],
  ],
  [
    ["in inch inches", 1n],
    ["ft foot feet", 12n],
    ["yd yard yards", 36n],
    ["mi mile miles", 63_360n],
  ],
  [
    ["mm millimeter millimeters", 1n],
    ["cm centimeter centimeters centimetre centimetres", 10n],
    ["m meter meters metre metres", 1000n],
    ["km kilometer kilometers kilometre kilometres", 1_000_000n],
  ],
  [
    ["oz ounce ounces", 1n],
    ["lb lbs pound pounds", 16n],
  ],
  [
    ["mg", 1n],
    ["g gram grams", 1000n],
    ["kg kilogram kilograms", 1_000_000n],
    ["ton tons tonne tonnes", 1_000_000_000n],
  ],
  [
    ["ml mL", 1n],
    ["cl", 10n],
    ["dl", 100n],
    ["l L liter liters litre litres", 1000n],
  ],
  [
    ["cup cups", 1n],
    ["pint pints", 2n],
    ["quart quarts", 4n],
    ["gal gallon gallons", 16n],
  ],
  [
    ["cent cents", 1n],
    ["dollar dollars USD", 100n],
  ],
];

const sizes: ReadonlyMap<string, { readonly of: number; readonly size: bigint }> = new Map(
  dimensions.flatMap((units, of) =>
    units.flatMap(([names, size]) => names.split(" ").map((name) => [name, { of, size }] as const)),
  ),
);

/** How many of the second unit the first, a larger one, is; null where it is not one. */
function factorOf(larger: string, smaller: string): Rational | null {
  const [a, b] = [sizes.get(larger.trim()), sizes.get(smaller.trim())];
  return a && b && a.of === b.of && a.size > b.size ? rational(a.size, b.size) : null;
}

/**
 * Reads on where a number follows a quantity, with `and` or a comma between them or nothing; `unit` is that of the quantity.
 * Throws where two quantities side by side are none in all, and leaves a list alone.
 */
export function takeCompound(cursor: Cursor, quantity: Structure, unit: string): Structure {
  let [value, last] = [quantity, unit];
  for (;;) {
    const { type, text } = cursor.token;
    const by = type === "words" && text.toLowerCase() === "and" ? 1 : type === "sign" && text === "," ? 1 : 0;
    if (cursor.ahead(by).type !== "number") return value;
    const next = cursor.ahead(by + 1);
    const factor = next.type === "words" ? factorOf(last, next.text) : null;
    if (factor === null) return by === 0 ? notMathematics("quantities side by side") : value;
    cursor.at += by;
    const number: Expression = parseNumber(cursor);
    cursor.next();
    value = add(multiply(asExpression(value), ratio(factor)), number);
    last = next.text;
  }
}
