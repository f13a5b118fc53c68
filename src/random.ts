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

function absorb(salt: number, key: readonly number[]): number {
  let h = salt;
  for (const word of key) h = mix(Math.imul(h, 0x9e3779b1) ^ mix((word | 0) + 0x7f4a7c15));
  return mix(h ^ key.length);
}

/** A 32-bit unsigned hash of a string (FNV-1a over UTF-16 units, then finalised). */
export function hashString(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h) >>> 0;
}

/** A uniform in [0, 1) with 53 bits, a pure function of the key. */
export function uniform(...key: number[]): number {
  const high = absorb(0x2545f491, key) >>> 5;
  const low = absorb(0x51ed270b, key) >>> 6;
  return (high * 67108864 + low) / 9007199254740992;
}

/** A sequential generator over the counter, for code that draws an unknown number of values. */
export class Random {
  readonly #key: readonly number[];
  #counter = 0;

  constructor(...key: number[]) {
    this.#key = key;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return uniform(...this.#key, this.#counter++);
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
