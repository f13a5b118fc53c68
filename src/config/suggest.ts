/** The valid names nearest to one that is not valid. */
import { distance } from "fastest-levenshtein";

/** Letters and figures only, so that `batch_size`, `batch-size` and `batchSize` are the same word. */
export function normalised(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9.]/g, "");
}

function gap(name: string, candidate: string): number {
  const [a, b] = [normalised(name), normalised(candidate)];
  const leaf = b.slice(b.lastIndexOf(".") + 1);
  return Math.min(distance(a, b), distance(a, leaf));
}

/**
 * The candidates at the smallest edit distance from `name`, at most three, each once; none where even the nearest differs in
 * more than two fifths of the letters (in two, for a short name). A dotted candidate is also compared by its last part, so that
 * `learningRate` finds `adam.learningRate`.
 */
export function nearest(name: string, candidates: readonly string[]): string[] {
  const letters = normalised(name).length;
  // Two swapped letters are two edits: allowed from four letters on.
  const limit = letters < 4 ? 1 : Math.max(2, Math.floor(letters * 0.4));
  let best = limit;
  let found: string[] = [];
  for (const candidate of new Set(candidates)) {
    const d = gap(name, candidate);
    if (d < best) found = [];
    if (d <= best) {
      best = d;
      found.push(candidate);
    }
  }
  return found.slice(0, 3);
}

/** Whether the candidate is the name itself, spelt in another way or without what stands before its dot. */
export const isSpelling = (name: string, candidate: string): boolean => gap(name, candidate) === 0;

/** `did you mean "steps"?`, or `otherwise` where nothing is near. */
export function didYouMean(name: string, candidates: readonly string[], otherwise: string): string {
  const names = nearest(name, candidates);
  if (names.length === 0) return otherwise;
  return `did you mean ${names.map((n) => (n.startsWith("-") ? n : `"${n}"`)).join(" or ")}?`;
}
