/**
 * All that a self-training run looks at before it loads a model: the run begins with this, and a dry run is this and its arithmetic, so that
 * what stops the one stops the other.
 */
import { type TrainConfig, trainConfigSchema } from "../../config/train-config.js";
import type { RewardSource } from "../../core/reward/reward-source.js";
import { type DeviceReport, deviceReport } from "../../engine/onnx/device/report.js";
import { checkTensors } from "../../engine/onnx/memory/device-limit.js";
import { tokenizerFolder } from "../../model/tokenizer/load.js";
import { checkWeightFiles, type ResolveOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { checkRun, type RunSpec } from "../../run/with-run.js";
import { checkPrompts } from "../rollout/fit.js";
import { type RewardModelBeside, rewardModelBeside } from "../scorer/beside.js";
import { loraShape } from "../start/lora.js";
import { heldOutPool, trainingPools, unitePools, validationPool } from "../start/pools.js";
import { type PreparedModel, prepareModel } from "../start/prepare-model.js";
import { probePool } from "../start/probe-pool.js";
import { resumeRules } from "./learning-rate.js";
import { rewardInputs } from "./reward-inputs.js";
import type { Session } from "./session.js";

export interface PreparedTraining
  extends Pick<Session, "pool" | "stagePools" | "heldOut" | "probe" | "validation" | "teacherLabels"> {
  /** With what is of the hub at its commits. */
  readonly config: TrainConfig;
  readonly spec: RunSpec<TrainConfig> & { readonly device: DeviceReport | null };
  readonly model: PreparedModel;
  readonly beside: RewardModelBeside | null;
  /** Tokens of the longest training prompt, and of the longest of any prompts. */
  readonly longest: number;
  readonly longestOfAll: number;
}

/**
 * Finds what the run needs and checks that it can begin. Nothing is written, and of weights the headers are read. `reward` takes the place
 * of the configured one. Throws as `deviceReport`, `checkRun`, `prepareModel`, the pools, `checkPrompts`, `rewardInputs`, `rewardModelBeside` `checkWeightFiles` and
 * `checkTensors` do.
 */
export async function prepareTraining(
  given: TrainConfig,
  options: RunOptions & ResolveOptions = {},
  reward?: RewardSource,
): Promise<PreparedTraining> {
  const config = await pinSources(given, options);
  const device = await deviceReport(config.engine.device);
  const spec = { kind: "train", schema: trainConfigSchema, rules: resumeRules(config), device } as const;
  checkRun(spec, config, options);
  // A server has the weights; here are the tokenizer and the shapes.
  const remote = config.engine.kind === "tinker";
  const model = await prepareModel(config.model, remote ? { ...options, weights: false } : options);
  const { tokenizer } = model;
  const heldOut = await heldOutPool(config, tokenizer, options);
  const stagePools = await trainingPools(config, tokenizer, options);
  const pool = unitePools(stagePools);
  const validation = await validationPool(config, heldOut, tokenizer, options);
  const measured = [heldOut, validation].filter((own) => own !== null);
  const probe = await probePool(config, { trained: pool, measured }, tokenizer, options);
  const parts = [
    { ...pool, what: "training prompts" },
    // At test time these are the training prompts themselves.
    ...(heldOut && !config.testTime ? [{ ...heldOut, what: "held-out prompts" }] : []),
    ...(probe ? [{ ...probe, what: "prompts of the probe" }] : []),
    ...(validation ? [{ ...validation, what: "prompts of the validation" }] : []),
  ];
  const lengths = checkPrompts(model.config, tokenizer, parts, config.maxNewTokens);
  const longestOfAll = Math.max(...lengths);
  const votes = await rewardInputs(config, pool, reward);
  const policyFolder = tokenizerFolder(model.folder, model.bases);
  const beside = await rewardModelBeside(config, policyFolder, longestOfAll + config.maxNewTokens, options);
  if (!remote) await checkWeightFiles(model);
  const shape = { config: model.config, lora: loraShape(config.lora, model.config) };
  if (!remote) checkTensors(shape, device?.largestBinding);
  const own = votes ? { teacherLabels: votes } : {};
  return {
    config,
    spec,
    model,
    pool,
    stagePools,
    heldOut,
    probe,
    validation,
    beside,
    longest: lengths[0]!,
    longestOfAll,
    ...own,
  };
}
