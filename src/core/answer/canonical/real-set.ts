/** Sets of real numbers as disjoint intervals in order. */

/** An end: where it lies, and its key, which is what ends are compared by. */
export interface End {
  readonly order: number;
  readonly key: string;
  readonly closed: boolean;
}

export interface Interval {
  readonly low: End;
  readonly high: End;
}

export type RealSet = readonly Interval[];

const LEAST: End = { order: Number.NEGATIVE_INFINITY, key: "-∞", closed: false };
const GREATEST: End = { order: Number.POSITIVE_INFINITY, key: "∞", closed: false };
export const ALL: RealSet = [{ low: LEAST, high: GREATEST }];

/** (−∞, end) or (−∞, end]. */
export const below = (high: End): RealSet => [{ low: LEAST, high }];
export const above = (low: End): RealSet => [{ low, high: GREATEST }];
export const points = (ends: readonly End[]): RealSet =>
  union(...ends.map((end) => [{ low: closed(end), high: closed(end) }]));

const closed = (end: End): End => ({ ...end, closed: true });
const compare = (a: End, b: End): number => (a.key === b.key ? 0 : a.order - b.order);

/** Whether `a` ends before `b` begins, with something between them. */
function apart(a: End, b: End): boolean {
  const order = compare(a, b);
  return order < 0 || (order === 0 && !a.closed && !b.closed);
}

export function union(...sets: readonly RealSet[]): RealSet {
  const sorted = sets
    .flat()
    .sort((a, b) => compare(a.low, b.low) || Number(b.low.closed) - Number(a.low.closed));
  const result: Interval[] = [];
  for (const next of sorted) {
    const last = result.at(-1);
    if (last === undefined || apart(last.high, next.low)) result.push(next);
    else result[result.length - 1] = { low: last.low, high: later(last.high, next.high) };
  }
  return result;
}

function later(a: End, b: End): End {
  const order = compare(a, b);
  return order === 0 ? { ...a, closed: a.closed || b.closed } : order < 0 ? b : a;
}

export function complement(set: RealSet): RealSet {
  const result: Interval[] = [];
  let low = LEAST;
  for (const gap of set) {
    if (gap.low.order > Number.NEGATIVE_INFINITY)
      result.push({ low, high: { ...gap.low, closed: !gap.low.closed } });
    low = { ...gap.high, closed: !gap.high.closed };
  }
  if (low.order < Number.POSITIVE_INFINITY) result.push({ low, high: GREATEST });
  return result.filter(({ low: a, high: b }) => compare(a, b) !== 0 || (a.closed && b.closed));
}

export const intersection = (a: RealSet, b: RealSet): RealSet =>
  complement(union(complement(a), complement(b)));

/** `(-∞, 1) ∪ {2}`; a finite set as `{1, 2}`, and one number as itself. */
export function realSetKey(set: RealSet): string {
  const isPoint = ({ low, high }: Interval) => compare(low, high) === 0;
  if (set.every(isPoint)) return finiteKey(set.map(({ low }) => low.key));
  return set.map((part) => (isPoint(part) ? `{${part.low.key}}` : intervalText(part))).join(" ∪ ");
}

const intervalText = ({ low, high }: Interval): string =>
  `${low.closed ? "[" : "("}${low.key}, ${high.key}${high.closed ? "]" : ")"}`;

/** A finite set: without order and repetition. A set of one element is that element. */
export function finiteKey(keys: readonly string[]): string {
  const distinct = [...new Set(keys)].sort();
  return distinct.length === 1 ? distinct[0]! : `{${distinct.join(", ")}}`;
}
