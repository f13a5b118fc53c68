/** A random subset of a stream whose length nobody knows, in memory for the subset alone. */
import { Random } from "../random.js";

/**
 * Keeps `size` items of those that are added, each subset with the same probability (Vitter's algorithm R), or all
 * where no size is given. The subset is a function of the seed and of how many items came.
 */
export class Reservoir<T> {
  readonly #kept: { readonly index: number; readonly item: T }[] = [];
  readonly #random: Random;
  #added = 0;

  constructor(
    readonly size: number | undefined,
    seed: number,
  ) {
    this.#random = new Random(seed);
  }

  add(item: T): void {
    const index = this.#added++;
    if (this.size === undefined || index < this.size) {
      this.#kept.push({ index, item });
      return;
    }
    const place = this.#random.int(0, index);
    if (place < this.size) this.#kept[place] = { index, item };
  }

  /** The items kept, in the order in which they came. */
  items(): T[] {
    return this.#kept.toSorted((a, b) => a.index - b.index).map(({ item }) => item);
  }
}
