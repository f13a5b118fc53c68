import { describe, expect, it } from "vitest";
import { evalConfigSchema } from "../../src/config/eval-config.js";
import { finetuneConfigSchema } from "../../src/config/finetune-config.js";
import { generateConfigSchema } from "../../src/config/generate-config.js";
import { labelConfigSchema } from "../../src/config/label-config.js";
import { ProblemsError } from "../../src/config/problems.js";
import { resolveConfig } from "../../src/config/resolve-config.js";
import { rewardModelTrainConfigSchema } from "../../src/config/reward-model-config.js";
import { nodeAt, schemaTree } from "../../src/config/schema-tree.js";
import { SYNONYMS, synonymOf, translated } from "../../src/config/synonyms.js";
import { pretrainConfigSchema, trainConfigSchema } from "../../src/config/train-config.js";
import { parseYaml } from "../../src/config/yaml-source.js";
import type { ErrorDetails } from "../../src/errors.js";

const trees = [
  trainConfigSchema,
  pretrainConfigSchema,
  finetuneConfigSchema,
  labelConfigSchema,
  evalConfigSchema,
  generateConfigSchema,
  rewardModelTrainConfigSchema,
].map(schemaTree);

/** The remedies of a YAML file with nothing in it but unknown keys. */
function remedies(text: string, schema = trainConfigSchema): string[] {
  const file = parseYaml(`${text}\nmodel: m\noutput: o\nprompts: { task: gcd }`, "train.yaml");
  try {
    resolveConfig(schema, { file });
  } catch (error) {
    const problems = error instanceof ProblemsError ? error.problems : [error as ErrorDetails];
    return problems.map(({ remedy }) => remedy);
  }
  return [];
}

describe("the table of other trainers' names", () => {
  it("has each name once, and keys that a command has", () => {
    const names = SYNONYMS.flatMap((synonym) => [...new Set(synonym.names)]);
    const twice = names.filter((name, i) => names.indexOf(name) !== i);
    expect(twice).toEqual([]);
    for (const { names: own, keys, note } of SYNONYMS) {
      expect(keys.length > 0 || note !== undefined, own[0]).toBe(true);
      for (const alternative of keys)
        expect(
          trees.some((tree) => alternative.every((key) => nodeAt(tree, key.split(".")) !== undefined)),
          `${own[0]}: ${alternative}`,
        ).toBe(true);
    }
  });

  it.each([
    ["num_generations", ["samplesPerPrompt"]],
    ["actor_rollout_ref.rollout.n", ["samplesPerPrompt"]],
    ["rollout.n", ["samplesPerPrompt"]],
    ["group_size", ["samplesPerPrompt"]],
    ["beta", ["klCoefficient"]],
    ["kl_coef", ["klCoefficient"]],
    ["max_completion_length", ["maxNewTokens"]],
    ["max_tokens", ["maxNewTokens"]],
    ["data.max_response_length", ["maxNewTokens"]],
    ["epsilon", ["clipLow", "clipHigh"]],
    ["clip_ratio", ["clipLow", "clipHigh"]],
    ["epsilon_high", ["clipHigh"]],
    ["num_iterations", ["updatesPerBatch"]],
    ["ppo_epochs", ["updatesPerBatch"]],
    ["per_device_train_batch_size", ["promptsPerStep"]],
    ["train_batch_size", ["promptsPerStep"]],
    ["groups_per_batch", ["promptsPerStep"]],
    ["lr", ["adam.learningRate"]],
    ["max_steps", ["steps"]],
    ["warmup_ratio", ["warmupSteps"]],
    ["lr_scheduler_type", ["decay"]],
    ["save_steps", ["checkpointEvery"]],
    ["test_freq", ["evaluation.every"]],
    ["loss_type", ["loss", "aggregation"]],
    ["loss_fn", ["loss"]],
    ["scale_rewards", ["advantage"]],
    ["adv_estimator", ["advantage"]],
    ["model_name_or_path", ["model"]],
    ["output_dir", ["output"]],
    ["dataset_name", ["prompts.file"]],
    ["lora_rank", ["lora.rank"]],
  ])("%s is %s, in snake_case, kebab-case and camelCase", (name, keys) => {
    const spellings = [
      name,
      name.replaceAll("_", "-"),
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    ];
    for (const spelling of spellings) expect(synonymOf(spelling)?.keys[0], spelling).toEqual(keys);
  });

  it.each(["top_p", "top_k", "use_vllm", "bf16", "report_to", "push_to_hub", "logging_steps", "critic"])(
    "%s has no key, and the reason is said",
    (name) => {
      expect(translated(name, () => true, String)).toMatch(/has no key here: .{20}/);
    },
  );

  it("knows nothing of names that say too little, and of those that nobody has", () => {
    for (const name of ["n", "path", "name", "enable", "rollout", "zzz"])
      expect(synonymOf(name), name).toBeUndefined();
  });
});

describe("an unknown key", () => {
  it("of another trainer is translated, each with what differs", () => {
    expect(remedies("num_generations: 8\nbeta: 0.1\nepsilon: 0.2\ntop_k: 5")).toEqual([
      expect.stringContaining('"samplesPerPrompt"'),
      expect.stringContaining('"klCoefficient"'),
      expect.stringContaining('"clipLow" and "clipHigh"'),
      expect.stringContaining("has no key here"),
    ]);
    expect(remedies("adam: { lr: 1e-5 }")).toEqual([expect.stringContaining('"adam.learningRate"')]);
    expect(remedies("chat_template_kwargs: { enable_thinking: false }")).toEqual([
      expect.stringContaining('"prompts.variables"'),
    ]);
  });

  it("that another place has, and means something else by, is translated too", () => {
    expect(remedies("max_steps: 5")).toEqual(['max_steps is "steps" here']);
    expect(remedies("temperature: 0.7")).toEqual([
      expect.stringContaining("training samples at temperature 1"),
    ]);
    expect(remedies("curriculum: { stages: [{ 2: 1 }, { 3: 1 }], max_steps: 5 }")).toEqual([
      'did you mean "maxSteps"?',
    ]);
    expect(remedies("actor_rollout_ref: { rollout: { val_kwargs: { temperature: 0.7 } } }")).toEqual([
      expect.stringContaining('"evaluation.temperature"'),
    ]);
  });

  it("that is a map of verl is translated value by value", () => {
    const [remedy] = remedies(
      "actor_rollout_ref:\n  rollout: { n: 8 }\n  actor: { optim: { lr: 1e-6 }, clip_ratio: 0.2 }",
    );
    expect(remedy).toContain('actor_rollout_ref.rollout.n is "samplesPerPrompt" here');
    expect(remedy).toContain('"adam.learningRate"');
    expect(remedy).toContain('"clipLow" and "clipHigh"');
  });

  it("of another command is the key that this one has, or is said to have none", () => {
    const has = (tree: (typeof trees)[number]) => (key: string) => nodeAt(tree, key.split(".")) !== undefined;
    const [train, pretrain, finetune, label] = trees.map(has);
    expect(translated("num_generations", label!, String)).toContain("is samples here");
    expect(translated("num_train_epochs", finetune!, String)).toContain("is epochs here");
    expect(translated("num_train_epochs", train!, String)).toContain("is steps here");
    expect(translated("beta", pretrain!, String)).toContain("has no key in this one");
    expect(translated("temperature", train!, String)).toContain("temperature 1");
  });

  it("that is a key spelt otherwise, or misspelt, is that key, said once", () => {
    expect(remedies("samples_per_prompt: 4")).toEqual(['did you mean "samplesPerPrompt"?']);
    expect(remedies("sampelsPerPrompt: 4")).toEqual(['did you mean "samplesPerPrompt"?']);
    expect(remedies("rewrad: majority")).toEqual(['did you mean "reward"?']);
    expect(remedies("learning_rate: 1e-4")).toEqual(['did you mean "adam.learningRate"?']);
  });
});

describe("keys that are compared", () => {
  it.each([
    ["steps: -3"],
    ["promptsPerStep: 0\nminiBatches: 4"],
    ["samplesPerPrompt: -1\nvotesPerPrompt: 4"],
    ["steps: 0\ncurriculum: { stages: [{ 2: 1 }, { 3: 1 }], maxSteps: 5 }"],
    ["agreementThreshold: 7\nrejection: { minAgreement: 0.5 }"],
    ["clipHigh: -1\nloss: ppo-clip\ndualClip: 1.1"],
  ])("%j: the wrong value alone is reported", (text) => {
    const found = remedies(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/default|:/);
  });

  it("where all are right, contradictions are found", () => {
    expect(remedies("steps: 3\nwarmupSteps: 4")).toEqual(["take at most 3"]);
    expect(remedies("steps: 3\nwarmupSteps: 4\nklEstimator: k1")).toHaveLength(2);
  });
});
