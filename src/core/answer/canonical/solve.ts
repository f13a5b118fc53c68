/** Solving an expression for a variable in which it is linear, by its values. */
import { type Expression, walk } from "./expression.js";
import { type Context, sampledValues, type Values } from "./fingerprint.js";
import * as C from "./math/complex.js";

/** Names of the variables of either side. */
export function variablesOf(a: Expression, b: Expression, { sampler }: Context): Set<string> {
  const names = new Set<string>();
  for (const side of [a, b])
    walk(side, (node) => {
      if (node.op === "symbol") names.add(sampler.name(node.name));
    });
  return names;
}

/** Of either sign, so that an absolute value is not linear; their differences are exact. */
const trials = [0.71875, -1.90625, 3.375];

/** A difference of slopes that rounding explains. */
const LINEAR = 1e-20;

/**
 * For what value of the variable the expression vanishes, at each point; null at points where that is undefined. Null
 * where the expression is not linear in it.
 */
export function solveLinear(e: Expression, name: string, context: Context): Values | null {
  const lines = linesOf(e, name, context);
  if (lines === null) return null;
  const zeros = lines.map((line) => line && C.negative(C.divide(line.at0, line.slope)));
  return zeros.some((zero) => zero !== null) ? zeros : null;
}

export interface Line {
  readonly at0: C.Complex;
  readonly slope: C.Complex;
}

/** The lines that an expression is in one variable, at each point; null where it is not linear. */
export function linesOf(e: Expression, name: string, context: Context): (Line | null)[] | null {
  const named = namesAs(e, name, context);
  const values = trials.map((x) => sampledValues(e, context, new Map(named.map((n) => [n, C.number(x)]))));
  const lines: (Line | null)[] = [];
  for (let k = 0; k < values[0]!.length; k++) {
    const [f0, f1, f2] = values.map((at) => at[k]!);
    if (!f0 || !f1 || !f2) {
      lines.push(null);
      continue;
    }
    if (Array.isArray(f0) || Array.isArray(f1) || Array.isArray(f2)) return null;
    const [a, b, c] = [f0 as C.Complex, f1 as C.Complex, f2 as C.Complex];
    const slope = C.divide(C.subtract(b, a), C.number(trials[1]! - trials[0]!));
    const other = C.divide(C.subtract(c, a), C.number(trials[2]! - trials[0]!));
    if (C.isZero(slope)) return null;
    if (C.modulus(C.subtract(slope, other)).re.h > LINEAR * C.modulus(slope).re.h) return null;
    lines.push({ slope, at0: C.subtract(a, C.multiply(slope, C.number(trials[0]!))) });
  }
  return lines;
}

/** The spellings of a variable in an expression: `X` and `x`. */
function namesAs(e: Expression, name: string, { sampler }: Context): string[] {
  const names = new Set<string>();
  walk(e, (node) => {
    if (node.op === "symbol" && sampler.name(node.name) === name) names.add(node.name);
  });
  return [...names];
}
