/**
 * Rows that change streams while they are drawn. Streams that began together do not end together: completions differ in length, and
 * cores in speed. One that has nothing left takes half of the rows of another, which goes on with the rest.
 */
import type { RowRequest } from "./row-request.js";

/** A row given away: its place among the rows that the stream was asked to draw, and all that it takes to go on with it. */
export interface GivenRow {
  readonly at: number;
  readonly row: RowRequest;
}

/** Fewer rows are not worth it: as many stay, and products of fewer take hardly less time. */
const FEWEST_ROWS = 16;
/** Nor are fewer tokens to come: moving a row takes about as long as attending to it a few times. */
const FEWEST_TOKENS = 4;
/** The most memory that keys and values take on their way from a stream. */
export const HANDOVER_BYTES = 32 * 2 ** 20;

/** How many of so many rows to give, each with that many tokens to come and so many bytes of keys and values. */
export function worthGiving(rows: number, tokens: number, rowBytes: number): number {
  const count = Math.min(Math.floor(rows / 2), Math.floor(HANDOVER_BYTES / rowBytes));
  return count >= FEWEST_ROWS && tokens >= FEWEST_TOKENS ? count : 0;
}

/** Between a stream that draws and whoever asks it for rows. */
export class Handover {
  #drawing = false;
  #answer: ((rows: readonly GivenRow[]) => void) | null = null;
  #memory: Float32Array | null = null;

  /** Rows to go on with, whose keys and values are good until the next are asked for; none where nothing is being drawn, or not enough. */
  ask(): Promise<readonly GivenRow[]> {
    if (!this.#drawing || this.#answer) return Promise.resolve([]);
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Whether somebody waits for an answer. */
  get asked(): boolean {
    return this.#answer !== null;
  }

  /** Memory of HANDOVER_BYTES. It is kept: touching new memory can take longer than all else about a handover. */
  get memory(): Float32Array {
    this.#memory ??= new Float32Array(HANDOVER_BYTES / Float32Array.BYTES_PER_ELEMENT);
    return this.#memory;
  }

  answer(rows: readonly GivenRow[]): void {
    this.#answer?.(rows);
    this.#answer = null;
  }

  /** Draws; who still waits when that has ended gets nothing. */
  async during<T>(draw: () => Promise<T>): Promise<T> {
    this.#drawing = true;
    try {
      return await draw();
    } finally {
      this.#drawing = false;
      this.answer([]);
    }
  }
}
