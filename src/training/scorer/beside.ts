/** A reward model beside a policy: found, and given its share of one memory budget, before anything is opened. */
import { SECOND_ENGINE } from "../../engine/onnx/memory/budget.js";
import { planMemory } from "../../engine/onnx/memory/memory-plan.js";
import type { ModelConfig } from "../../model/config.js";
import { parameterCount } from "../../model/parameters.js";
import type { ResolveOptions } from "../../run/model-folder.js";
import { findRewardModel, type RewardModelFolder } from "./find.js";

const MIB = 2 ** 20;
/** Room for the intermediate values of scoring, where the budget is small; and its share of the budget, where it is not. */
const LEAST_WORKING_MIB = 48;
const WORKING_SHARE = 1 / 16;

export interface SplitBudget {
  readonly policyMiB: number;
  readonly rewardModelMiB: number;
}

/** What each of two engines may take. Scoring holds weights, and neither moments nor gradients. */
export function splitBudget(budgetMiB: number, rewardModel: ModelConfig): SplitBudget {
  const weights = (4 * parameterCount(rewardModel)) / MIB;
  const working = Math.max(LEAST_WORKING_MIB, budgetMiB * WORKING_SHARE);
  const rewardModelMiB = Math.ceil(weights + SECOND_ENGINE / MIB + working);
  return { policyMiB: Math.max(1, budgetMiB - rewardModelMiB), rewardModelMiB };
}

export interface RewardModelBeside extends RewardModelFolder {
  readonly budget: SplitBudget;
}

/** Bytes that scoring so many sequences of so many tokens takes. */
export function scoringBytes(
  { config, budget }: RewardModelBeside,
  rollouts: number,
  tokens: number,
): number {
  const shape = { config, lora: null };
  return planMemory(shape, { budgetMiB: budget.rewardModelMiB, threads: 1, trains: false }).estimate(
    rollouts,
    tokens,
    1,
  ).total;
}

/** Null where none is asked for. `tokens` is the longest prompt with the longest completion. Throws as `findRewardModel`. */
export async function rewardModelBeside(
  {
    rewardModel,
    engine,
  }: { readonly rewardModel?: string | undefined; readonly engine: { readonly memoryBudgetMiB: number } },
  policyFolder: string,
  tokens: number,
  options: ResolveOptions = {},
): Promise<RewardModelBeside | null> {
  if (rewardModel === undefined) return null;
  const found = await findRewardModel(rewardModel, policyFolder, tokens, "rewardModel", options);
  return { ...found, budget: splitBudget(engine.memoryBudgetMiB, found.config) };
}
