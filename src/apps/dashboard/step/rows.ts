/** The rows of a step, of rollouts or of a probe alike. */
import type { ProbeRow, RolloutRow } from "../../../run/run-directory.js";
import type { Source } from "../api/routes.js";
import type { Tokens } from "../api/step.js";
import type { OpenRun } from "../runs/open-run.js";

/** What is shown of a sample: a probe's has no reward, and what a version did not write is null. */
export interface Row
  extends Omit<
    RolloutRow,
    "meanLogprob" | "sampledBy" | "trained" | "rewardLabel" | "step" | "promptId" | "prompt"
  > {
  readonly promptId: string;
  readonly prompt: string;
  readonly sampledBy: string;
  readonly trained: boolean;
  readonly rewardLabel: string | null;
  readonly meanLogprob: number | null;
  readonly perToken: Tokens | null;
}

/** Throws as `RunStore.rollouts` and `.probe` do. */
export function rowsAt(run: OpenRun, source: Source, step: number): Promise<readonly Row[]> {
  return run.rows.get(`${source} ${step}`, async () =>
    source === "probe"
      ? (await run.store.probe(step)).map(ofProbe)
      : (await run.store.rollouts(step)).map((row) => ({ ...row, perToken: null })),
  );
}

/** The rows with their tokens, where the step kept them. Throws as `RunStore.tokens` does. */
export async function withTokens(
  run: OpenRun,
  source: Source,
  step: number,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (source === "probe") return rows;
  const tokens = await run.rows.get(`tokens ${step}`, () => run.store.tokens(step));
  if (tokens === null) return rows;
  // A teacher's samples have the numbers of the policy's, and no tokens are kept of them.
  const known = new Map(tokens.map((own) => [`${own.group} ${own.sample}`, own]));
  return rows.map((row) => {
    const own = row.sampledBy === "policy" ? known.get(`${row.group} ${row.sample}`) : undefined;
    if (own === undefined) return row;
    const { tokenTexts: texts, logprobs, entropies } = own;
    const perToken = {
      texts,
      logprobs,
      entropies,
      referenceLogprobs: null,
      answerFrom: null,
      answerTo: null,
    };
    return { ...row, perToken };
  });
}

function ofProbe(row: ProbeRow): Row {
  const { tokenIds, tokenTexts, logprobs, referenceLogprobs, entropies } = row;
  const { answerFrom, answerTo, step: _, ...own } = row;
  return {
    ...own,
    sampledBy: "policy",
    trained: false,
    rewardLabel: null,
    reward: null,
    score: null,
    modelScore: null,
    advantage: null,
    rejected: null,
    meanLogprob: tokenIds.length === 0 ? null : row.sumLogprob / tokenIds.length,
    kl: referenceLogprobs && logprobs.reduce((sum, own, i) => sum + own - referenceLogprobs[i]!, 0),
    perToken: { texts: tokenTexts, logprobs, referenceLogprobs, entropies, answerFrom, answerTo },
  };
}
