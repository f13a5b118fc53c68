/** Python's truth of values that configurations hold: transformers chooses between keys by `a or b`, and so must we. */

/** What Python takes for false: beside JavaScript's false values, a list and an object that are empty. */
export const isFalsy = (value: unknown): boolean =>
  !value || (typeof value === "object" && Object.keys(value).length === 0);
