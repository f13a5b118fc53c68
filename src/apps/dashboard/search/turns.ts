/** One at a time: what reads much takes its turn, so that a training beside it keeps its cores. */

export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Calls `work` once all that came before it has ended. One that is given up while it waits is not begun; it throws the signal's reason. */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last;
    let end = () => {};
    this.#last = new Promise<void>((resolve) => {
      end = resolve;
    });
    try {
      await before;
      signal.throwIfAborted();
      return await work();
    } finally {
      end();
    }
  }
}
