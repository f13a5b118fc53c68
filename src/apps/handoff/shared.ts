/** What becomes of the settings that fare alike with every target, and the arithmetic that targets share. */
import { SelftrainError } from "../../errors.js";
import type { Experiment } from "./experiment.js";
import type { Ledger } from "./ledger.js";
import type { HandedOff } from "./target.js";

/** Stands for no bound: a ratio this far from 1 is none that a policy reaches in a step. */
export const UNBOUNDED = 1e6;
/** Stands for no clipping of gradients, where a target wants a number. */
export const UNCLIPPED = 1e9;

/** Keys that are about rewards which no hand-off takes, with the values at which they ask for nothing. */
const FOREIGN: Readonly<Record<string, unknown>> = {
  teacherSamples: 16,
  teacherLabels: undefined,
  teacherDecay: undefined,
  teacherVotes: undefined,
  labelledShare: undefined,
  labelNoise: 0,
  randomProbability: undefined,
  noveltyWidth: undefined,
  rewardUrl: undefined,
  rewardTimeout: undefined,
  rewardRetries: undefined,
  rewardConcurrency: undefined,
  rewardTokenVariable: undefined,
};

/** Settings of prompts, votes, this machine, and what no other trainer has. */
export function enterShared(ledger: Ledger, { samples, config }: Experiment): void {
  ledger.inData("prompts", "evaluation.prompts", "evaluation.size", "testTime");
  ledger.inVote("reward", "answers", "vote", "agreementThreshold");
  ledger.local("the job folder is written instead", "output");
  ledger.local("it is about the engine of this machine", "engine");
  for (const [key, off] of Object.entries(FOREIGN))
    ledger.missing(key, "it is about another reward", { off: off ?? null });
  ledger.missing("rewardModel", "nothing is scored by a reward model");
  ledger.missing("rewardScore", "nothing is scored by a reward model");
  ledger.missing("evaluation.bestOfN", "nothing is scored by a reward model", { off: false });
  ledger.missing(
    "votesPerPrompt",
    `all ${samples} rollouts that vote are trained on, not the first ${config.samplesPerPrompt} alone`,
    { off: config.samplesPerPrompt },
  );
  ledger.missing(
    "easyFraction",
    "the job trains on the whole pool; `selftrain label` and `selftrain select` choose prompts beforehand (prompts.subset)",
    { off: 1 },
  );
  ledger.missing("curriculum", "the prompts of all stages are trained on from the start");
  ledger.missing("validation", "nothing is measured beside the held-out prompts");
  ledger.missing("probe", "no held-out prompts come back with the same draws");
  ledger.missing("rollouts", "the job keeps no logprobs and entropies of tokens");
  ledger.missing("trackers", "the job's metrics go where its own framework sends them");
  ledger.missing("mismatch", "the job corrects for its own sampler as its framework does", {
    off: { stopAbove: 0.2 },
  });
  ledger.missing("monitors", "nothing watches the job; `selftrain audit` looks at its rollouts afterwards", {
    off: {},
  });
  for (const key of ["dropUnparsed", "minAgreement", "rewardBand", "keepFraction", "keepBy"]) {
    const off = { dropUnparsed: false, minAgreement: 0, keepFraction: 1, keepBy: "signal" }[key];
    ledger.missing(`rejection.${key}`, "no group is rejected by this", { off });
  }
}

/** The bounds of ratios that a loss has where nothing is said (docs/concepts/losses.md). */
export function clipOf({ loss, clipLow, clipHigh }: Experiment["config"]): { low: number; high: number } {
  const usual = {
    "importance-sampling": { low: UNBOUNDED, high: UNBOUNDED },
    "ppo-clip": { low: 0.2, high: 0.2 },
    gspo: { low: 0.0003, high: 0.0004 },
    cispo: { low: 1, high: 4 },
  }[loss];
  return { low: clipLow ?? usual.low, high: clipHigh ?? usual.high };
}

/** How a step is cut into optimiser steps and passes. */
export interface Cut {
  /** GPUs, or 1 for a processor. */
  readonly world: number;
  /** Parts of a batch with an optimiser step each. */
  readonly parts: number;
  /** Completions that a GPU takes through a pass. */
  readonly micro: number;
  /** Optimiser steps a step. */
  readonly updates: number;
}

/**
 * Parts of equal size, each divided evenly among the GPUs in passes of equal size: other trainers cut in no other way. Throws
 * `handoff-machines` where that cannot be.
 */
export function cutOf({ experiment, machines }: HandedOff): Cut {
  const { config, samples } = experiment;
  const { promptsPerStep, miniBatches, updatesPerBatch } = config;
  const world = Math.max(1, machines.gpus) * machines.nodes;
  const parts = promptsPerStep % miniBatches === 0 ? miniBatches : 1;
  const share = ((promptsPerStep / parts) * samples) / world;
  if (!Number.isInteger(share) || promptsPerStep % world !== 0)
    throw new SelftrainError({
      code: "handoff-machines",
      message: `${promptsPerStep} prompts a step in ${parts} ${parts === 1 ? "part" : "parts"} do not divide evenly among ${world} GPUs`,
      found: {
        promptsPerStep,
        miniBatches,
        samplesPerPrompt: samples,
        gpus: machines.gpus,
        nodes: machines.nodes,
      },
      expected: "a number of GPUs that divides promptsPerStep",
      where: "gpus",
      remedy: `give a number of --gpus that divides ${promptsPerStep}, or hand over a run with another promptsPerStep`,
    });
  let micro = Math.min(machines.microBatch, share);
  while (share % micro !== 0) micro--;
  return { world, parts, micro, updates: parts * updatesPerBatch };
}

/** Enters miniBatches, which other trainers cut into equal parts. */
export function enterParts(
  ledger: Ledger,
  { parts }: Cut,
  to: Readonly<Record<string, unknown>>,
  config: Experiment["config"],
): void {
  if (parts === config.miniBatches) ledger.carry("miniBatches", to);
  else ledger.missing("miniBatches", "a batch is cut into equal parts or not at all", { to });
}

/** The adapter that is trained, in PEFT's terms; null where the model is. */
export function loraOf({ lora }: Experiment["config"]) {
  if (lora === undefined) return null;
  const { rank = 16, targets } = lora;
  return { rank, alpha: lora.alpha ?? 2 * rank, targets: targets ?? "all-linear" };
}
