/** The rows of a step's rollouts as the groups that they were. */
import { SelftrainError } from "../../errors.js";
import type { Rollout } from "../../group.js";
import type { RolloutRow } from "../../run/run-directory.js";

/** A prompt's rows in sample order. */
export interface StoredGroup {
  readonly promptId: string;
  readonly prompt: string;
  readonly rows: readonly RolloutRow[];
}

/** Throws `replay-rows` where a group is not whole: a vote over what is left of it would be another vote. */
export function storedGroups(rows: readonly RolloutRow[], where: string): StoredGroup[] {
  const groups: RolloutRow[][] = [];
  for (const row of rows) {
    const open = groups.at(-1);
    if (open === undefined || open[0]!.group !== row.group) groups.push([row]);
    else open.push(row);
  }
  return groups.map((own, g) => {
    const { promptId, prompt, group } = own[0]!;
    const misplaced = own.find((row, i) => row.sample !== i || row.promptId !== promptId);
    if (
      misplaced !== undefined ||
      own.length !== groups[0]!.length ||
      groups.findIndex(([row]) => row!.group === group) < g
    ) {
      const { sample, promptId: of } = misplaced ?? own.at(-1)!;
      throw new SelftrainError({
        code: "replay-rows",
        message: "The rollouts of a group are not whole, or do not stand together",
        found: `${own.length} rows, among them sample ${sample} to prompt ${of}`,
        expected: `samples 0 to ${groups[0]!.length - 1} to prompt ${promptId}, in order`,
        where: `${where}, group ${group}`,
        remedy: "restore the file, or leave the step out with --steps",
      });
    }
    return { promptId, prompt, rows: own };
  });
}

const rows = new WeakMap<Rollout, RolloutRow>();

/** The row of a rollout that `rolloutOf` made. */
export const rowOf = (rollout: Rollout): RolloutRow => rows.get(rollout)!;

/**
 * The rollout of a row, with another reading of its answer. Token ids and logprobs are not stored: there are as many as there
 * were, none of which is a token or a number, so that nothing can be computed from them unnoticed.
 */
export function rolloutOf(row: RolloutRow, read: Pick<Rollout, "answer" | "graderError">): Rollout {
  const rollout: Rollout = {
    text: row.completion,
    tokens: new Array<number>(row.tokens).fill(Number.NaN),
    logprobs: new Float32Array(row.tokens).fill(Number.NaN),
    finish: row.finish === "length" ? "length" : "stop",
    ...read,
  };
  rows.set(rollout, row);
  return rollout;
}
