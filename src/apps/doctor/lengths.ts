/** Lengths of prompts: how often each occurs, and where the longest are. Memory grows with the different lengths alone. */

export interface LengthSummary {
  readonly min: number;
  readonly median: number;
  /** 95 in 100 prompts are at most this long. */
  readonly p95: number;
  readonly max: number;
}

interface Place {
  readonly length: number;
  readonly where: string;
}

/** How many of the longest are kept with their places. */
const KEPT = 5;

export class Lengths {
  readonly #counts = new Map<number, number>();
  #longest: Place[] = [];
  #total = 0;

  add(length: number, where: string): void {
    this.#total++;
    this.#counts.set(length, (this.#counts.get(length) ?? 0) + 1);
    if (this.#longest.length === KEPT && length <= this.#longest.at(-1)!.length) return;
    this.#longest = [...this.#longest, { length, where }].sort((a, b) => b.length - a.length).slice(0, KEPT);
  }

  /** The longest, longest first. */
  get longest(): readonly Place[] {
    return this.#longest;
  }

  countAbove(length: number): number {
    return [...this.#counts].reduce((sum, [of, count]) => (of > length ? sum + count : sum), 0);
  }

  /** Null where there are none. A quantile is the smallest length that at least its share of the prompts does not exceed. */
  summary(): LengthSummary | null {
    const counts = [...this.#counts].sort(([a], [b]) => a - b);
    if (counts.length === 0) return null;
    const quantile = (share: number): number => {
      let seen = 0;
      for (const [length, count] of counts) {
        seen += count;
        if (seen >= share * this.#total) return length;
      }
      return counts.at(-1)![0];
    };
    return { min: counts[0]![0], median: quantile(0.5), p95: quantile(0.95), max: counts.at(-1)![0] };
  }
}
