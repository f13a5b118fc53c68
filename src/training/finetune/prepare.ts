/** All that an offline run looks at before it loads a model; a dry run is this and its arithmetic. */
import { join } from "node:path";
import { type FinetuneConfig, finetuneConfigSchema } from "../../config/finetune-config.js";
import type { VotedPrompt } from "../../core/preference/voted-prompt.js";
import { type DeviceReport, deviceReport } from "../../engine/onnx/device/report.js";
import { checkTensors } from "../../engine/onnx/memory/device-limit.js";
import { checkWeightFiles, type ResolveOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { defaultResumeRules, type ResumeRules } from "../../run/run-config.js";
import { checkRun, type RunSpec } from "../../run/with-run.js";
import type { Session } from "../loop/session.js";
import { checkPrompts } from "../rollout/fit.js";
import { loraShape } from "../start/lora.js";
import { heldOutPool, trainingPool } from "../start/pools.js";
import { type PreparedModel, prepareModel } from "../start/prepare-model.js";
import { labelledVotes } from "./labels.js";
import { type Selected, selectOf } from "./selection.js";
import { storedVotes, type VoteRow, votedPrompts } from "./votes.js";

/** A round does not depend on how many there will be, and its learning rate decays within it. */
const rules: ResumeRules = { free: defaultResumeRules.free, growing: ["rounds"] };

/** Votes of a labels folder, and what they prefer. */
export interface LabelledRound {
  readonly rows: readonly VoteRow[];
  readonly votes: readonly VotedPrompt[];
  readonly selected: Selected;
}

export interface PreparedFinetuning extends Pick<Session, "pool" | "heldOut"> {
  /** With what is of the hub at its commits. */
  readonly config: FinetuneConfig;
  readonly spec: RunSpec<FinetuneConfig> & { readonly device: DeviceReport | null };
  readonly model: PreparedModel;
  /** Tokens of the longest training prompt. */
  readonly longest: number;
  /** Null where the run samples its votes itself. */
  readonly labelled: LabelledRound | null;
}

/**
 * Finds what the run needs and checks that it can begin. Nothing is written, and of weights the headers are read. Throws as `deviceReport`, `checkRun`,
 * `prepareModel`, the pools, `checkPrompts`, `labelledVotes`, `votedPrompts`, `selectOf` `checkWeightFiles` and `checkTensors` do.
 */
export async function prepareFinetuning(
  given: FinetuneConfig,
  options: RunOptions & ResolveOptions = {},
): Promise<PreparedFinetuning> {
  const config = await pinSources(given, options);
  const device = await deviceReport(config.engine.device);
  const spec = { kind: "finetune", schema: finetuneConfigSchema, rules, device } as const;
  checkRun(spec, config, options);
  const model = await prepareModel(config.model, options);
  const { tokenizer } = model;
  const heldOut = await heldOutPool(config, tokenizer, options);
  const pool = await trainingPool(config, tokenizer, options);
  const parts = [
    { ...pool, what: "training prompts" },
    ...(heldOut ? [{ ...heldOut, what: "held-out prompts" }] : []),
  ];
  const [longest = 0] = checkPrompts(model.config, tokenizer, parts, config.maxNewTokens);
  const { labels, output } = config;
  let labelled: LabelledRound | null = null;
  if (labels !== undefined) {
    // A run that has the votes uses them whatever has become of the folder.
    const kept = await storedVotes(1, { rolloutsFolder: join(output, "rollouts") });
    const rows = kept ?? (await labelledVotes(labels, pool));
    const { contextLength } = model.config;
    const votes = votedPrompts(rows, pool, { tokenizer, contextLength });
    labelled = { rows, votes, selected: selectOf(votes, config, 1) };
  }
  await checkWeightFiles(model);
  checkTensors({ config: model.config, lora: loraShape(config.lora, model.config) }, device?.largestBinding);
  return { config, spec, model, pool, heldOut, longest, labelled };
}
