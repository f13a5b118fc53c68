/** Places in `metrics.jsonl` that a client is given and comes back with: the byte after a line, and a check of that line. */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { Refusal } from "../../../io/http/refusal.js";
import type { RunStore } from "../../../run/store/open-store.js";
import type { Cursor } from "../api/metrics.js";

/** Bytes before a place by which a file that was cut, and has grown again, is found out. */
const CHECKED = 256;

const pathOf = (store: RunStore): string => `${store.path}/metrics.jsonl`;

/** The place that has been read up to. */
export const cursorAt = (store: RunStore, offset: number): Cursor => `${offset}-${checkAt(store, offset)}`;

function checkAt(store: RunStore, offset: number): string {
  if (offset === 0) return "0";
  const bytes = Buffer.alloc(Math.min(CHECKED, offset));
  try {
    const fd = fs.openSync(pathOf(store), "r");
    try {
      const read = fs.readSync(fd, bytes, 0, bytes.length, offset - bytes.length);
      return createHash("sha256").update(bytes.subarray(0, read)).digest("hex").slice(0, 12);
    } finally {
      fs.closeSync(fd);
    }
  } catch {
    return "gone";
  }
}

/**
 * Number of the records that stand before a place, once the store has read what there is. Throws `cursor-gone` (409) where the file was cut or
 * replaced since, and `cursor-malformed` (400).
 */
export function recordsBefore(store: RunStore, cursor: Cursor | undefined): number {
  if (cursor === undefined) return 0;
  const [, digits, check] = /^(\d{1,15})-([0-9a-z]{1,12})$/.exec(cursor) ?? [];
  if (digits === undefined)
    throw new Refusal(400, {
      code: "cursor-malformed",
      message: "The place in the metrics is none that the server gave.",
      found: cursor,
      remedy: "Send `next` of an earlier answer, or leave it out.",
    });
  const offset = Number(digits);
  if (offset > store.offset || checkAt(store, offset) !== check)
    throw new Refusal(409, {
      code: "cursor-gone",
      message: "The metrics were cut or replaced since.",
      found: cursor,
      remedy: "Drop what you have, and ask from the beginning.",
    });
  return upTo(store.ends, offset);
}

/** How many of the ascending `ends` are at most `offset`. */
export function upTo(ends: readonly number[], offset: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
