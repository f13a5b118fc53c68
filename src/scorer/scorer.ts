/** A reward model at work beside a policy: an engine of its own that scores the policy's rollouts. */
import type { Datum, ScoringEngine } from "../engine/engine.js";
import { OnnxEngine } from "../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../errors.js";
import type { Group } from "../group.js";
import type { RewardModelBeside } from "./beside.js";

export class Scorer {
  readonly #engine: ScoringEngine;
  /** Rewards, votes and rollout files ask for the scores of the same groups. */
  readonly #known = new WeakMap<Group, readonly number[]>();

  constructor(engine: ScoringEngine) {
    this.#engine = engine;
  }

  /** The score of each rollout of each group, computed once a group. Throws `score-not-finite`. */
  async scores(groups: readonly Group[]): Promise<(readonly number[])[]> {
    const fresh = [...new Set(groups)].filter((group) => !this.#known.has(group));
    const data = fresh.flatMap(({ promptTokens, rollouts }) =>
      rollouts.map(
        ({ tokens }): Pick<Datum, "prompt" | "completion"> => ({
          prompt: promptTokens,
          completion: tokens,
        }),
      ),
    );
    const flat = data.length === 0 ? [] : await this.#engine.scores(data);
    let from = 0;
    for (const group of fresh) {
      const own = flat.slice(from, from + group.rollouts.length);
      from += group.rollouts.length;
      checkFinite(group, own);
      this.#known.set(group, own);
    }
    return groups.map((group) => this.#known.get(group)!);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

/** A diverged reward model must not pay: NaN would pass for a reward of 0 in a mean. */
function checkFinite({ prompt }: Group, scores: readonly number[]): void {
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad < 0) return;
  throw new SelftrainError({
    code: "score-not-finite",
    message: "the reward model gave a solution no finite score",
    found: String(scores[bad]),
    expected: "a finite number",
    where: `prompt ${prompt.id}, rollout ${bad}`,
    remedy: "use an earlier checkpoint of the reward model: its training has diverged",
  });
}

/** Opens it, for scoring alone, within its share of the memory. The caller closes it. */
export async function openScorer(
  { folder, budget }: RewardModelBeside,
  { threads }: { readonly threads?: number | undefined },
): Promise<Scorer> {
  const memoryBudgetMiB = budget.rewardModelMiB;
  return new Scorer(
    await OnnxEngine.create({ model: { folder }, scoresOnly: true, threads, memoryBudgetMiB }),
  );
}
