/** Samples of a group repeat each other: what was computed for a text is kept for its next appearance. */

/** Texts that are remembered, and the longest of them: what is long repeats itself rarely. */
const MOST = 50_000;
const LONGEST = 4_000;

/** `compute` with a memory that is emptied when it is full. Dropping it changes nothing. */
export function memoised<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined || known.has(text)) return found as T;
    const value = compute(text);
    if (text.length > LONGEST) return value;
    if (known.size >= MOST) known.clear();
    known.set(text, value);
    return value;
  };
}
