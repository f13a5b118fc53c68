/**
 * Counter-based randomness: every draw is a pure function of a seed and a position, so that there is no
 * hidden state to save, and a draw never depends on how the work was batched.
 *
 * Each key word is absorbed with the 32-bit finaliser of MurmurHash3 (Appleby, public domain); two
 * differently salted lanes give 53 independent bits.
 */

/** MurmurHash3's 32-bit finaliser: a bijection on 32-bit integers with full avalanche. */
function mix(h: number): number {
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}

const SALTS = [0x2545f491, 0x51ed270b] as const;

/** One more word of a key, taken into the state of a lane. */
const absorb = (state: number, word: number): number =>
  mix(Math.imul(state, 0x9e3779b1) ^ mix((word | 0) + 0x7f4a7c15));

/** A 32-bit unsigned hash of a string (FNV-1a over UTF-16 units, then finalised). */
export function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h) >>> 0;
}

/** `uniform(...key, position)` as a function of the position: the key is absorbed once for all of them. */
export function uniformStream(key: readonly number[]): (position: number) => number {
  const [first, second] = SALTS.map((salt) => key.reduce(absorb, salt)) as [number, number];
  const length = key.length + 1;
  return (position) => {
    const high = mix(absorb(first, position) ^ length) >>> 5;
    const low = mix(absorb(second, position) ^ length) >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  };
}

/** A uniform in [0, 1) with 53 bits, a pure function of the key, which has a word at least. */
export function uniform(...key: number[]): number {
  return uniformStream(key.slice(0, -1))(key.at(-1) as number);
}

/** A sequential generator over the counter, for code that draws an unknown number of values. */
export class Random {
  readonly #draw: (position: number) => number;
  #counter = 0;

  constructor(...key: number[]) {
    this.#draw = uniformStream(key);
  }

  /** Uniform in [0, 1). */
  next(): number {
    return this.#draw(this.#counter++);
  }

  /** Uniform integer in [low, high], both inclusive. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** A uniformly chosen element of a non-empty list. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick from an empty list");
    return items[this.int(0, items.length - 1)] as T;
  }

  /** Standard normal, by Box and Muller. */
  normal(): number {
    const u = 1 - this.next();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * this.next());
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const out = [...items];
    for (let i = out.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [out[i], out[j]] = [out[j] as T, out[i] as T];
    }
    return out;
  }
}
