/** All that pretraining looks at before it loads or makes a model; a dry run is this and its arithmetic. */
import { type PretrainConfig, pretrainConfigSchema } from "../../config/train-config.js";
import { type Example, type ExampleStream, exampleStream } from "../../data/examples.js";
import { longestSolution } from "../../data/longest-solution.js";
import type { PromptPool } from "../../data/pool.js";
import { loadPromptPool } from "../../data/prompt-pool.js";
import { type DeviceReport, deviceReport } from "../../engine/onnx/device/report.js";
import { checkTensors } from "../../engine/onnx/memory/device-limit.js";
import { checkWeightFiles, hubOptions, type ResolveOptions } from "../../run/model-folder.js";
import type { RunOptions } from "../../run/observer.js";
import { pinSources } from "../../run/pinned-sources.js";
import { checkRun, type RunSpec } from "../../run/with-run.js";
import { resumeRules } from "../loop/learning-rate.js";
import { locating } from "../rollout/encode-prompt.js";
import { checkLengths, checkPrompts, type Measured } from "../rollout/fit.js";
import { formatPool } from "../rollout/format-prompts.js";
import { type PreparedBase, prepareBaseModel } from "../start/base-model.js";
import { encodeExamplePrompts, placeOfExample } from "../start/example-prompts.js";
import { loraShape } from "../start/lora.js";

export interface PreparedPretraining {
  /** With what is of the hub at its commits. */
  readonly config: PretrainConfig;
  readonly spec: RunSpec<PretrainConfig> & { readonly device: DeviceReport | null };
  readonly examples: ExampleStream;
  readonly model: PreparedBase;
  /** Null where the run is not evaluated. */
  readonly heldOut: PromptPool | null;
  /** Examples that were looked at: all of a file, those of the first ten steps of a task. Their lengths are `measured`. */
  readonly seen: readonly Example[];
  readonly measured: readonly Measured[];
}

/** Steps whose examples are looked at where there is no end of them. */
const SEEN_STEPS = 10;

/** The longest completion of an evaluation, in tokens. */
export const evaluatedTokens = ({ evaluation, prompts }: PretrainConfig): number =>
  evaluation.maxNewTokens ?? longestSolution(prompts);

/**
 * Finds what the run needs and checks that it can begin. Nothing is written, and of weights the headers are read. Throws as `deviceReport`, `checkRun`,
 * `exampleStream`, `loadPromptPool`, `prepareBaseModel`, `checkPrompts`, `checkLengths` `checkWeightFiles` and `checkTensors` do.
 */
export async function preparePretraining(
  given: PretrainConfig,
  options: RunOptions & ResolveOptions = {},
): Promise<PreparedPretraining> {
  const config = await pinSources(given, options);
  const device = await deviceReport(config.engine.device);
  const spec = {
    kind: "pretrain",
    schema: pretrainConfigSchema,
    rules: resumeRules(config),
    device,
  } as const;
  checkRun(spec, config, options);
  const examples = await exampleStream(config, hubOptions(options));
  const drawn = await heldOutPool(config, options);
  const model = await prepareBaseModel(config, options);
  const { tokenizer } = model;
  const heldOut = drawn && formatPool(drawn, config.prompts, tokenizer);
  if (heldOut) {
    const parts = [{ ...heldOut, what: "held-out prompts" }];
    checkPrompts(model.config, tokenizer, parts, evaluatedTokens(config));
  }
  const seen = examples.rows ?? firstExamples(examples, config);
  const measured = measure(seen, config, model);
  checkLengths(model.config, [{ what: "examples", sequences: measured }], remedyOf(config));
  if (model.found) await checkWeightFiles(model.found);
  checkTensors({ config: model.config, lora: loraShape(config.lora, model.config) }, device?.largestBinding);
  return { config, spec, examples, seen, model, heldOut, measured };
}

function firstExamples(examples: ExampleStream, config: PretrainConfig): Example[] {
  const steps = Math.min(SEEN_STEPS, config.steps);
  return Array.from({ length: steps }, (_, step) => examples.at(step)).flat();
}

function measure(
  examples: readonly Example[],
  { prompts }: PretrainConfig,
  { tokenizer }: PreparedBase,
): Measured[] {
  const encoded = encodeExamplePrompts(examples, prompts, tokenizer);
  return examples.map((example, i) => {
    const where = placeOfExample(example);
    const completion = locating(where, () => tokenizer.encode(example.completion).length);
    // And the end of the sequence.
    return { where, prompt: encoded[i]!.length, completion: completion + 1 };
  });
}

const remedyOf = ({ model }: PretrainConfig): string =>
  `remove or shorten the row, or ${typeof model === "string" ? "take a model of a longer context" : "raise model.contextLength"}`;

/** Held-out prompts of the same source; none where a file names no answers. */
async function heldOutPool(
  { prompts, evaluation, seed }: PretrainConfig,
  options: ResolveOptions,
): Promise<PromptPool | null> {
  if (prompts.file !== undefined && prompts.answerColumn === undefined) return null;
  return loadPromptPool(prompts, "test", evaluation.size, seed, hubOptions(options));
}

/** What is said of a run without held-out prompts. */
export const NOT_EVALUATED =
  "the file has no column of answers (prompts.answerColumn): the model is not evaluated";
