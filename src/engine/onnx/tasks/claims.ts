/** Which job is done next, whoever comes. */

export interface Claims {
  /** The job to do next; null where there is none. */
  take(): number | null;
  finish(job: number): void;
}

/** Jobs that whoever comes does in whatever order. */
export class Queue implements Claims {
  readonly #jobs: number;
  #taken = 0;

  constructor(jobs: number) {
    this.#jobs = jobs;
  }

  take(): number | null {
    return this.#taken < this.#jobs ? this.#taken++ : null;
  }

  finish(): void {}
}

/**
 * Jobs dealt out to lanes, those of a lane done one after another: what is summed in a lane is summed in the same order however fast
 * the streams are. With a lane more than streams, whoever comes finds one that nobody is at.
 */
export class Lanes implements Claims {
  readonly #jobs: number;
  readonly #busy: boolean[];
  /** Jobs of each lane that are done. */
  readonly #done: number[];

  constructor(jobs: number, lanes: number) {
    this.#jobs = jobs;
    this.#busy = new Array(lanes).fill(false);
    this.#done = new Array(lanes).fill(0);
  }

  /** The lane of a job. */
  laneOf(job: number): number {
    return job % this.#done.length;
  }

  /** The next job of the lane that has most left, of those that nobody is at. */
  take(): number | null {
    const free = this.#done.flatMap((_, lane) => (this.#busy[lane] || this.#left(lane) <= 0 ? [] : [lane]));
    if (free.length === 0) return null;
    const lane = free.reduce((best, lane) => (this.#left(lane) > this.#left(best) ? lane : best));
    this.#busy[lane] = true;
    return lane + this.#done.length * (this.#done[lane] as number);
  }

  finish(job: number): void {
    const lane = this.laneOf(job);
    this.#done[lane] = (this.#done[lane] as number) + 1;
    this.#busy[lane] = false;
  }

  #left(lane: number): number {
    return Math.ceil((this.#jobs - lane) / this.#done.length) - (this.#done[lane] as number);
  }
}
