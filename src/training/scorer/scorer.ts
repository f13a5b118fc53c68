/** A reward model at work beside a policy: an engine of its own that scores the policy's rollouts. */
import type { ScoringEngine } from "../../engine/engine.js";
import { type CreateOptions, OnnxEngine } from "../../engine/onnx/onnx-engine.js";
import { SelftrainError } from "../../errors.js";
import type { Group, Rollout } from "../../group.js";
import { verifyModel } from "../../run/manifest.js";
import type { RewardModelBeside } from "./beside.js";

export class Scorer {
  readonly #engine: ScoringEngine;
  /** Rewards, votes and rollout files ask for the scores of the same rollouts. */
  readonly #known = new WeakMap<Rollout, number>();

  constructor(engine: ScoringEngine) {
    this.#engine = engine;
  }

  /** The score of each rollout of each group, computed once a rollout. Throws `score-not-finite`. */
  async scores(groups: readonly Group[]): Promise<number[][]> {
    const fresh = groups.flatMap(({ prompt, promptTokens, rollouts }) =>
      rollouts
        .filter((rollout) => !this.#known.has(rollout))
        .map((rollout) => ({ rollout, id: prompt.id, prompt: promptTokens, completion: rollout.tokens })),
    );
    if (fresh.length > 0) {
      const scores = await this.#engine.scores(
        fresh.map(({ prompt, completion }) => ({ prompt, completion })),
      );
      fresh.forEach(({ rollout, id }, i) => {
        this.#known.set(rollout, finite(scores[i]!, id));
      });
    }
    return groups.map(({ rollouts }) => rollouts.map((rollout) => this.#known.get(rollout)!));
  }

  close(): Promise<void> {
    return this.#engine.close();
  }
}

/** A diverged reward model must not pay: NaN would pass for no reward at all. */
function finite(score: number, prompt: string): number {
  if (Number.isFinite(score)) return score;
  throw new SelftrainError({
    code: "score-not-finite",
    message: "the reward model gave a solution no finite score",
    found: String(score),
    expected: "a finite number",
    where: `prompt ${prompt}`,
    remedy: "use an earlier checkpoint of the reward model: its training has diverged",
  });
}

/** Opens it, for scoring alone, within its share of the memory. The caller closes it. */
export async function openScorer(
  { folder, budget }: RewardModelBeside,
  { device, threads }: Pick<CreateOptions, "device" | "threads">,
): Promise<Scorer> {
  await verifyModel(folder);
  const memoryBudgetMiB = budget.rewardModelMiB;
  return new Scorer(
    await OnnxEngine.create({ model: { folder }, scoresOnly: true, device, threads, memoryBudgetMiB }),
  );
}
