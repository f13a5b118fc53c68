/**
 * Who takes which job, decided in shared memory: no stream waits until another one's thread listens. Memory that is all zeros is that of
 * a task that nobody has begun with.
 */

/** Takes jobs until there are none, or one fails; then nobody takes another. */
export async function takeAll<T>(claims: Claims, run: (job: number) => Promise<T>): Promise<Done<T>[]> {
  const done: Done<T>[] = [];
  try {
    for (let job = claims.take(); job !== null; job = claims.take()) {
      done.push({ job, result: await run(job) });
      claims.finish(job);
    }
  } catch (error) {
    claims.fail();
    throw error;
  }
  return done;
}

/** A job that is done, by its place among all. */
export interface Done<T> {
  readonly job: number;
  readonly result: T;
}

export interface Claims {
  /** The job to do next; null where there is none. */
  take(): number | null;
  finish(job: number): void;
  /** Nobody takes another job. */
  fail(): void;
}

/** Jobs that whoever comes does in whatever order. */
export class Queue implements Claims {
  readonly #jobs: number;
  /** How many were taken. */
  readonly #taken: Int32Array;

  constructor(memory: SharedArrayBuffer, jobs: number) {
    this.#taken = new Int32Array(memory);
    this.#jobs = jobs;
  }

  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  }

  take(): number | null {
    if (Atomics.load(this.#taken, 0) >= this.#jobs) return null;
    const job = Atomics.add(this.#taken, 0, 1);
    return job < this.#jobs ? job : null;
  }

  finish(): void {}

  fail(): void {
    Atomics.store(this.#taken, 0, this.#jobs);
  }
}

/** Of each lane: whether somebody is at it, and how many of its jobs are done. */
const FIELDS = 2;

/**
 * Jobs dealt out to lanes, those of a lane done one after another: what is summed in a lane is summed in the same order however fast
 * the streams are. With a lane more than streams, whoever comes finds one that nobody is at.
 */
export class Lanes implements Claims {
  readonly #jobs: number;
  readonly #lanes: number;
  readonly #state: Int32Array;

  constructor(memory: SharedArrayBuffer, jobs: number) {
    this.#state = new Int32Array(memory);
    this.#lanes = (this.#state.length - 1) / FIELDS;
    this.#jobs = jobs;
  }

  static memory(lanes: number): SharedArrayBuffer {
    return new SharedArrayBuffer((FIELDS * lanes + 1) * Int32Array.BYTES_PER_ELEMENT);
  }

  /** The lane of a job. */
  laneOf(job: number): number {
    return job % this.#lanes;
  }

  /** The next job of the lane that has most left, of those that nobody is at. */
  take(): number | null {
    for (;;) {
      if (Atomics.load(this.#state, this.#failed) !== 0) return null;
      const lane = this.#fullest();
      if (lane === null) return null;
      if (Atomics.compareExchange(this.#state, this.#busy(lane), 0, 1) !== 0) continue;
      // Somebody may have been at it in between.
      if (this.#left(lane) > 0) return lane + this.#lanes * Atomics.load(this.#state, this.#done(lane));
      Atomics.store(this.#state, this.#busy(lane), 0);
    }
  }

  finish(job: number): void {
    const lane = this.laneOf(job);
    Atomics.add(this.#state, this.#done(lane), 1);
    Atomics.store(this.#state, this.#busy(lane), 0);
  }

  fail(): void {
    Atomics.store(this.#state, this.#failed, 1);
  }

  /** Of the lanes that nobody is at, the one with most left to do. */
  #fullest(): number | null {
    let best: number | null = null;
    for (let lane = 0; lane < this.#lanes; lane++) {
      if (this.#left(lane) <= 0 || Atomics.load(this.#state, this.#busy(lane)) !== 0) continue;
      if (best === null || this.#left(lane) > this.#left(best)) best = lane;
    }
    return best;
  }

  #left(lane: number): number {
    const all = Math.ceil((this.#jobs - lane) / this.#lanes);
    return all - Atomics.load(this.#state, this.#done(lane));
  }

  #busy(lane: number): number {
    return FIELDS * lane;
  }

  #done(lane: number): number {
    return FIELDS * lane + 1;
  }

  get #failed(): number {
    return FIELDS * this.#lanes;
  }
}
