/** Several watches as one: an alarm where at least so many of them have one at the same time. */
import type { Point, Verdict, Watch } from "./verdict.js";

/** The new value of each member's series, in the order of the members; undefined where there is none: its last verdict stands. */
export type Points = readonly (Point | undefined)[];

/**
 * `count` 1 is a union, all of them an intersection. Value and bound are those of the first member in
 * alarm that has a value now, else of the first in alarm; its index is in the evidence.
 */
export function atLeast(count: number, members: readonly Watch[]): Watch<Points> {
  const standing: (Verdict | undefined)[] = members.map(() => undefined);
  let step = 0;
  return (points) => {
    for (const [i, point] of points.entries()) {
      if (point === undefined) continue;
      standing[i] = members[i]!(point);
      step = Math.max(step, point.step);
    }
    const alarmed = standing.flatMap((own, member) => (own?.verdict === "alarm" ? [{ own, member }] : []));
    const uneasy = standing.some((own) => own !== undefined && own.verdict !== "ok");
    const verdict = alarmed.length >= count ? "alarm" : uneasy ? "warn" : "ok";
    const figures = { inAlarm: alarmed.length, atLeast: count };
    const first = alarmed.find(({ own }) => own.value !== null) ?? alarmed[0];
    if (first === undefined) return { verdict, value: null, bound: null, step, evidence: figures };
    const { value, bound, evidence } = first.own;
    return { verdict, value, bound, step, evidence: { ...evidence, member: first.member, ...figures } };
  };
}
