/**
 * What is done about each answer, as data. A POST that was perhaps accepted is another thing than one that surely was not: only what a
 * server recognises may be sent twice. A poll changes nothing, and may always be repeated.
 */

/**
 * - `again`: soon; nothing is wrong
 * - `back-off`: was surely not accepted, or changes nothing: 2ⁿ, up to a limit
 * - `lost`: was perhaps accepted: as `back-off` where the operation may be repeated, else `tinker-reply-lost`
 * - `pause`: the account is; every few seconds, for an hour
 * - `gone`: the answer is not kept any more
 * - `fail`: the server has said no
 */
export type Reaction = "again" | "back-off" | "lost" | "pause" | "gone" | "fail";

/** No answer came: nothing listened, the connection ended before the answer did, or what is waited for is not there yet and nobody says so. */
export type Broken = "refused" | "broken" | "silent";

export interface Rule {
  /** Statuses from and to, or how there was none. */
  readonly on: readonly [number, number] | Broken;
  /** Only where the body explains nothing: what stands before a server answers so, now and then. */
  readonly bare?: true;
  readonly reaction: Reaction;
  /** Times that it is done in a row. */
  readonly most?: number;
}

export type Table = readonly Rule[];

export const POST: Table = [
  { on: "refused", reaction: "back-off" },
  { on: "broken", reaction: "lost" },
  { on: [402, 402], reaction: "pause" },
  { on: [408, 408], reaction: "lost" },
  { on: [409, 409], bare: true, reaction: "lost" },
  { on: [425, 425], reaction: "back-off" },
  { on: [429, 429], reaction: "back-off" },
  { on: [503, 503], reaction: "back-off" },
  { on: [500, 599], reaction: "lost" },
  { on: [400, 499], reaction: "fail" },
];

export const POLL: Table = [
  { on: "refused", reaction: "back-off" },
  { on: "broken", reaction: "back-off" },
  // Some servers answer after five minutes at the earliest, and a model may take longer to be built.
  { on: "silent", reaction: "again", most: 60 },
  { on: [402, 402], reaction: "pause" },
  { on: [408, 408], reaction: "again" },
  { on: [410, 410], reaction: "gone" },
  { on: [425, 425], reaction: "back-off" },
  { on: [429, 429], reaction: "back-off" },
  { on: [500, 599], reaction: "back-off" },
  { on: [400, 400], bare: true, reaction: "back-off", most: 3 },
  { on: [400, 499], reaction: "fail" },
];

export function ruleFor(table: Table, got: number | Broken, bare: boolean): Rule {
  const rule = table.find(
    ({ on, bare: only }) =>
      (typeof on === "string" ? on === got : typeof got === "number" && got >= on[0] && got <= on[1]) &&
      (only !== true || bare),
  );
  return rule ?? { on: typeof got === "number" ? [got, got] : got, reaction: "fail" };
}

/** How long is waited, in milliseconds. */
export interface Patience {
  readonly first: number;
  readonly most: number;
  /** From the first failure to the last try. */
  readonly total: number;
  /** Between tries while the account is paused, and how long in all. */
  readonly pause: number;
  readonly pauseTotal: number;
  /** Of one request, from its start to the end of its answer. */
  readonly timeout: number;
}

export const PATIENCE: Patience = {
  first: 1000,
  most: 30_000,
  total: 300_000,
  pause: 5000,
  pauseTotal: 3_600_000,
  timeout: 60_000,
};

/** Milliseconds before the next try, the nth in a row from 0. A server that says when is believed, up to a minute. */
export function delayOf(rule: Rule, n: number, patience: Patience, asked: number | null): number {
  if (asked !== null) return Math.min(asked, 60_000);
  if (rule.reaction === "pause") return patience.pause;
  if (rule.reaction === "again") return Math.min(patience.first, 20 * n);
  return Math.min(patience.most, patience.first * 2 ** Math.min(n, 16));
}
