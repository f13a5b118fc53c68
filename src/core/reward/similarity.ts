/** How alike two texts are, by the pieces that they share. */
import { hashString } from "../../random.js";

/** Characters of a piece: about a word, or a sum of two numbers. */
const PIECE = 5;

/** The distinct pieces of a text, hashed and ascending; of a shorter text itself. */
export function piecesOf(text: string): Int32Array {
  const last = Math.max(0, text.length - PIECE);
  const hashes = Int32Array.from({ length: last + 1 }, (_, at) =>
    hashString(text.slice(at, at + PIECE)),
  ).sort();
  return hashes.filter((hash, i) => i === 0 || hash !== hashes[i - 1]);
}

/** Jaccard similarity |A ∩ B| / |A ∪ B| of two sets of pieces, in [0, 1]. */
export function similarity(a: Int32Array, b: Int32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const difference = a[i]! - b[j]!;
    if (difference === 0) shared++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return shared / (a.length + b.length - shared);
}
