/** The fixed points at which expressions are compared, and what is known of one answer while it is read. */
import { type Point, Work } from "./evaluate.js";
import { type Structure, walk } from "./expression.js";
import { hash } from "./hash.js";
import * as C from "./math/complex.js";

/** Ranges of the variables, a point each: roots, logarithms and arcsines are defined at some of them. */
const ranges: readonly (readonly [number, number])[] = [
  [0.3, 1.9],
  [2.2, 9.7],
  [-2.5, 2.5],
  [0.05, 0.95],
  [-7, -0.2],
];

export const POINTS = ranges.length;

/** Some single letter with its subscripts. */
const oneLetter = /^([A-Za-z])([_'].*)?$/s;

const known = new Map<string, C.Complex>();
/** Values that are kept between answers. */
const MOST_KNOWN = 2000;

/** How one answer is read. */
export class Sampler {
  readonly work = new Work();
  private readonly names = new Set<string>();
  private readonly folded = new Map<string, string>();

  constructor(answer: Structure) {
    walk(answer, (node) => {
      if (node.op === "symbol") this.names.add(node.name);
    });
  }

  /** A variable's name: `X` is `x`, unless both are in the answer. */
  name(name: string): string {
    let result = this.folded.get(name);
    if (result === undefined) {
      const [, letter, rest = ""] = oneLetter.exec(name) ?? [];
      const lower = letter === undefined ? name : letter.toLowerCase() + rest;
      result = lower !== name && this.names.has(lower) ? name : lower;
      this.folded.set(name, result);
    }
    return result;
  }

  /** The k-th point. `values` are those of variables that are not sampled. */
  point(k: number, sign: 1 | -1, real: boolean, values: ReadonlyMap<string, C.Complex> = none): Point {
    const variable = (name: string) => values.get(name) ?? this.sampled(k, this.name(name));
    return { variable, sign, real, work: this.work };
  }

  sampled(k: number, name: string): C.Complex {
    const id = `${k} ${name}`;
    let value = known.get(id);
    if (value === undefined) {
      const [low, high] = ranges[k]!;
      value = C.number(low + ((high - low) * Number.parseInt(hash(id).slice(2, 14), 16)) / 2 ** 48);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(id, value);
    }
    return value;
  }
}

const none: ReadonlyMap<string, C.Complex> = new Map();
