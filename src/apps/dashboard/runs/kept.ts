/** The last few of something that takes time to get. */

export class Kept<T> {
  readonly #most: number;
  /** Least recently asked for first. */
  readonly #items = new Map<string, Promise<T>>();

  constructor(most: number) {
    this.#most = most;
  }

  /** What was got under this key before, or what `get` gives. What it fails to give is tried again. */
  get<Own extends T>(key: string, get: () => Promise<Own>): Promise<Own> {
    const item = this.#items.get(key) ?? get();
    this.#items.delete(key);
    this.#items.set(key, item);
    item.catch(() => this.#items.delete(key));
    if (this.#items.size > this.#most) this.#items.delete(this.#items.keys().next().value!);
    return item as Promise<Own>;
  }

  clear(): void {
    this.#items.clear();
  }
}
