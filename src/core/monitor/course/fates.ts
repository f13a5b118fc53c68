/** What became of each prompt between two evaluations. */

/** Whether the majority on a prompt was right. */
export interface JudgedMajority {
  readonly promptId: string;
  readonly right: boolean;
}

export interface Fates {
  /** Prompts that both evaluations have. */
  readonly prompts: number;
  readonly stayedRight: number;
  /** Wrong, then right. */
  readonly learned: number;
  /** Right, then wrong. */
  readonly corrupted: number;
  readonly stayedWrong: number;
  /** Prompts that one evaluation has alone. */
  readonly unmatched: number;
}

/** Counts of prompts; of a prompt that an evaluation has more than once, its last. */
export function fatesOf(before: readonly JudgedMajority[], after: readonly JudgedMajority[]): Fates {
  const [was, is] = [before, after].map((own) => new Map(own.map((m) => [m.promptId, m.right]))) as [
    Map<string, boolean>,
    Map<string, boolean>,
  ];
  const fates = { prompts: 0, stayedRight: 0, learned: 0, corrupted: 0, stayedWrong: 0 };
  for (const [id, right] of is) {
    const first = was.get(id);
    if (first === undefined) continue;
    fates.prompts++;
    if (first) fates[right ? "stayedRight" : "corrupted"]++;
    else fates[right ? "learned" : "stayedWrong"]++;
  }
  return { ...fates, unmatched: was.size + is.size - 2 * fates.prompts };
}
