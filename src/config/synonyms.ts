/**
 * What TRL, verl and tinker-cookbook call things, and what they are called here. Suggestions for unknown keys and flags read this table, and
 * so does the page of the docs for those who come from there.
 */
import { normalised } from "./suggest.js";

export type Origin = "TRL" | "verl" | "tinker-cookbook";

export interface Synonym {
  /** As they are written there; a dotted name is also known by its last parts. */
  readonly names: readonly string[];
  readonly from: readonly Origin[];
  /** Keys here, all of which are meant; of several alternatives the first that a command has. None where there is no such thing. */
  readonly keys: readonly (readonly string[])[];
  /** What differs, or why there is none. */
  readonly note?: string;
}

const TRL: readonly Origin[] = ["TRL"];
const VERL: readonly Origin[] = ["verl"];
const TINKER: readonly Origin[] = ["tinker-cookbook"];

const same = (from: readonly Origin[], names: string, keys: string, note?: string): Synonym => ({
  names: names.split(" "),
  from,
  keys: keys.split(" | ").map((alternative) => alternative.split(" ")),
  ...(note === undefined ? {} : { note }),
});

const none = (from: readonly Origin[], names: string, note: string): Synonym => ({
  names: names.split(" "),
  from,
  keys: [],
  note,
});

const DRAWN = "completions are drawn from the whole distribution, which the loss assumes";
const AT_ONE =
  "training samples at temperature 1, so that logprobs are the policy's own; evaluation.temperature is that of its evaluations, and label, finetune, eval and generate have temperature";
const MICRO = "micro-batches follow from the memory budget, and do not change the result";
const CPU = "the engine computes in float32 on the processor's cores";
const WRITTEN = "every step is written to metrics.jsonl of the run; `selftrain report` draws it";
const EXPORT = "`selftrain export` writes a folder that the hub's own client uploads";

export const SYNONYMS: readonly Synonym[] = [
  same(
    ["TRL", "verl", "tinker-cookbook"],
    "model_name_or_path model_name actor_rollout_ref.model.path pretrained_model load_checkpoint_path",
    "model",
  ),
  same(["TRL", "verl", "tinker-cookbook"], "output_dir trainer.default_local_dir log_path", "output"),
  none(
    ["TRL", "verl"],
    "resume_from_checkpoint trainer.resume_mode trainer.resume_from_path",
    "a run is continued with --resume RUN, and nothing else is needed",
  ),
  none(
    ["TRL", "tinker-cookbook"],
    "overwrite_output_dir behavior_if_log_dir_exists",
    "a run is never overwritten: name another output",
  ),
  same(
    TRL,
    "dataset_name train_dataset dataset_path",
    "prompts.file",
    "hf:datasets/org/name takes one of the hub",
  ),
  same(VERL, "data.train_files", "prompts.file"),
  same(TINKER, "env", "prompts.task", "the tasks are those of `selftrain tasks list`"),
  same(["TRL", "verl"], "eval_dataset data.val_files", "evaluation.prompts.file"),
  same(VERL, "data.prompt_key", "prompts.promptColumn"),
  same(TRL, "max_train_samples", "prompts.size"),
  same(TRL, "max_eval_samples", "evaluation.size | size"),
  same(["TRL", "verl"], "system_prompt", "prompts.system | system"),
  same(
    ["TRL", "verl"],
    "chat_template_kwargs data.apply_chat_template_kwargs",
    "prompts.variables | variables",
  ),
  none(TRL, "tokenizer_name_or_path", "the model's own tokenizer and chat template are used as they are"),
  none(
    ["TRL", "verl"],
    "max_prompt_length data.max_prompt_length rollout.prompt_length data.truncation data.filter_overlong_prompts",
    "prompts are never cut: `selftrain doctor` names those that are too long for the model",
  ),

  same(
    ["TRL", "verl", "tinker-cookbook"],
    "num_generations group_size actor_rollout_ref.rollout.n num_return_sequences",
    "samplesPerPrompt | samples",
  ),
  same(["TRL", "verl"], "num_generations_eval rollout.val_kwargs.n", "evaluation.samples"),
  same(
    ["TRL", "verl", "tinker-cookbook"],
    "max_completion_length max_tokens rollout.response_length data.max_response_length response_length max_response_length",
    "maxNewTokens | evaluation.maxNewTokens",
  ),
  same(
    TRL,
    "per_device_train_batch_size",
    "promptsPerStep | batchSize | groupsPerStep",
    "counted in prompts, where TRL counts completions",
  ),
  same(
    ["verl", "tinker-cookbook"],
    "data.train_batch_size groups_per_batch",
    "promptsPerStep | batchSize | groupsPerStep",
  ),
  none(["TRL", "verl"], "per_device_eval_batch_size data.val_batch_size", MICRO),
  same(
    ["TRL", "verl"],
    "gradient_accumulation_steps ppo_micro_batch_size ppo_micro_batch_size_per_gpu log_prob_micro_batch_size_per_gpu use_dynamic_bsz ppo_max_token_len_per_gpu",
    "engine.memoryBudgetMiB",
    MICRO,
  ),
  same(
    ["TRL", "verl"],
    "num_iterations ppo_epochs actor_rollout_ref.actor.ppo_epochs",
    "updatesPerBatch | epochs",
  ),
  same(
    VERL,
    "ppo_mini_batch_size actor_rollout_ref.actor.ppo_mini_batch_size",
    "miniBatches",
    "the number of parts that a batch is cut into, not their size",
  ),
  same(["TRL", "tinker-cookbook"], "steps_per_generation num_substeps num_minibatches", "miniBatches"),
  none(TRL, "generation_batch_size", "a step samples promptsPerStep × samplesPerPrompt completions"),
  same(
    ["TRL", "verl"],
    "num_train_epochs trainer.total_epochs",
    "epochs | steps",
    "counted in steps where a run samples its batches: the dry run says how often it goes through the prompts",
  ),
  same(["TRL", "verl", "tinker-cookbook"], "max_steps trainer.total_training_steps", "steps | rounds"),
  none(
    TINKER,
    "max_steps_off_policy stream_minibatch_config async_config",
    "every step samples from the policy that it updates",
  ),

  same(TRL, "temperature", "temperature", AT_ONE),
  same(["verl", "tinker-cookbook"], "rollout.temperature", "temperature", AT_ONE),
  same(VERL, "rollout.val_kwargs.temperature", "evaluation.temperature | temperature"),
  none(["TRL", "verl"], "top_p rollout.top_p", DRAWN),
  none(["TRL", "verl"], "top_k rollout.top_k", DRAWN),
  none(TRL, "min_p repetition_penalty generation_kwargs", DRAWN),

  none(
    ["TRL", "verl"],
    "reward_weights multi_objective_aggregation",
    "a run has one reward; a program may give one that is a sum (docs/concepts/rewards.md)",
  ),
  same(
    ["TRL", "verl"],
    "reward_funcs reward_fn custom_reward_function custom_reward_function.path",
    "reward",
    "one of the names that --help lists, http for an endpoint of your own; a program passes a function (docs/concepts/rewards.md)",
  ),
  same(VERL, "reward_model.model.path reward_model.path", "rewardModel"),
  same(TRL, "reward_model_path", "rewardModel"),
  same(
    ["TRL", "verl"],
    "scale_rewards algorithm.norm_adv_by_std_in_grpo",
    "advantage",
    "grpo divides by the group's deviation; rloo, mean-centred and dr-grpo do not",
  ),
  same(VERL, "algorithm.adv_estimator", "advantage"),
  same(
    TRL,
    "mask_truncated_completions",
    "answers.truncated",
    "none, the default, leaves a completion that was cut short without an answer",
  ),
  same(
    ["verl", "tinker-cookbook"],
    "filter_groups filter_groups.enable remove_constant_reward_groups",
    "rejection.zeroSignal",
  ),

  same(
    TRL,
    "loss_type",
    "loss aggregation",
    "ppo-clip, gspo and cispo are losses; token-mean (dapo), sequence-mean (grpo) and constant-length (dr_grpo) are aggregations",
  ),
  same(["tinker-cookbook", "verl"], "loss_fn policy_loss.loss_mode", "loss"),
  same(VERL, "loss_agg_mode actor_rollout_ref.actor.loss_agg_mode", "aggregation"),
  same(TRL, "importance_sampling_level", "loss", "sequence is loss gspo, token is ppo-clip"),
  same(
    ["TRL", "verl"],
    "epsilon clip_ratio actor_rollout_ref.actor.clip_ratio cliprange clip_range",
    "clipLow clipHigh",
    "they are about loss ppo-clip, gspo and cispo",
  ),
  same(["TRL", "verl"], "epsilon_low clip_ratio_low", "clipLow"),
  same(["TRL", "verl"], "epsilon_high clip_ratio_high", "clipHigh"),
  same(["TRL", "verl"], "delta clip_ratio_c", "dualClip"),
  same(
    ["TRL", "verl", "tinker-cookbook"],
    "beta kl_coef kl_loss_coef kl_penalty_coef init_kl_coef algorithm.kl_ctrl.kl_coef actor_rollout_ref.actor.kl_loss_coef",
    "klCoefficient | beta",
  ),
  same(VERL, "kl_loss_type algorithm.kl_penalty", "klEstimator", "kl is k1, mse is k2, low_var_kl is k3"),
  same(VERL, "use_kl_loss algorithm.use_kl_in_reward", "klIn", "loss or reward"),
  same(
    TRL,
    "ref_model sync_ref_model ref_adapter_name",
    "klReference",
    "start is the model itself, moving the run's own of some steps ago",
  ),
  same(TRL, "ref_model_sync_steps", "klReferenceEvery"),
  none(TRL, "ref_model_mixup_alpha", "a moving reference is taken anew as a whole (klReferenceEvery)"),
  none(
    ["verl", "tinker-cookbook"],
    "kl_discount_factor algorithm.gamma algorithm.lam critic critic_warmup vf_coef gae_lambda",
    "there is no critic: a group's rewards are the baseline",
  ),
  same(["TRL", "verl"], "entropy_coeff entropy_coef actor_rollout_ref.actor.entropy_coeff", "entropyBonus"),

  same(
    ["TRL", "verl", "tinker-cookbook"],
    "learning_rate lr optim.lr actor_rollout_ref.actor.optim.lr",
    "adam.learningRate",
  ),
  same(["TRL", "verl"], "weight_decay optim.weight_decay", "adam.weightDecay"),
  same(TRL, "adam_beta1", "adam.beta1"),
  same(TRL, "adam_beta2", "adam.beta2"),
  same(TRL, "adam_epsilon", "adam.eps"),
  same(["TRL", "verl"], "max_grad_norm grad_clip actor_rollout_ref.actor.grad_clip", "adam.gradClipNorm"),
  none(TRL, "optim optimizer", "the optimiser is AdamW, set by adam"),
  same(["TRL", "verl"], "warmup_steps optim.lr_warmup_steps num_warmup_steps", "warmupSteps"),
  same(
    ["TRL", "verl"],
    "warmup_ratio optim.lr_warmup_steps_ratio",
    "warmupSteps",
    "in steps, not as a share of them",
  ),
  same(["TRL", "verl", "tinker-cookbook"], "lr_scheduler_type optim.warmup_style lr_schedule", "decay"),
  none(
    ["TRL", "verl"],
    "lr_scheduler_kwargs optim.min_lr_ratio",
    "the learning rate falls to 0 where decay is cosine or linear",
  ),

  same(["TRL", "verl", "tinker-cookbook"], "save_steps trainer.save_freq save_every", "checkpointEvery"),
  same(["TRL", "verl"], "save_total_limit trainer.max_actor_ckpt_to_keep", "keepCheckpoints"),
  none(TRL, "save_strategy save_only_model", "checkpoints are written every checkpointEvery steps, whole"),
  same(["TRL", "verl", "tinker-cookbook"], "eval_steps trainer.test_freq eval_every", "evaluation.every"),
  none(
    TRL,
    "eval_strategy evaluation_strategy do_eval eval_on_start",
    "a run evaluates before and after, and every evaluation.every steps",
  ),
  none(
    VERL,
    "trainer.val_before_train",
    "a run evaluates before and after, and every evaluation.every steps",
  ),
  none(
    ["TRL", "verl", "tinker-cookbook"],
    "logging_steps logging_dir logging_strategy log_level report_to run_name log_completions num_completions_to_print trainer.logger trainer.project_name trainer.experiment_name wandb_project wandb_name num_groups_to_log rollout_data_dir",
    WRITTEN,
  ),
  none(TRL, "push_to_hub hub_model_id hub_strategy hub_token", EXPORT),
  same(TRL, "data_seed", "seed"),

  same(
    ["TRL", "verl", "tinker-cookbook"],
    "lora_r lora_rank actor_rollout_ref.model.lora_rank use_peft peft_config",
    "lora.rank",
  ),
  same(["TRL", "verl"], "lora_alpha actor_rollout_ref.model.lora_alpha", "lora.alpha"),
  same(["TRL", "verl"], "lora_target_modules target_modules", "lora.targets"),
  none(TRL, "lora_dropout disable_dropout", "nothing is dropped out"),
  same(
    ["TRL", "verl"],
    "gradient_checkpointing enable_gradient_checkpointing",
    "engine.gradientCheckpointing",
  ),
  none(
    ["TRL", "verl"],
    "bf16 fp16 tf32 torch_dtype dtype rollout.dtype mixed_precision device use_cpu attn_implementation torch_compile use_torch_compile load_in_4bit load_in_8bit",
    CPU,
  ),
  none(
    ["TRL", "verl"],
    "deepspeed fsdp fsdp_config ddp_backend accelerator_config trainer.nnodes trainer.n_gpus_per_node tensor_model_parallel_size ulysses_sequence_parallel_size",
    `${CPU}, of one machine`,
  ),
  none(
    ["TRL", "verl", "tinker-cookbook"],
    "use_vllm vllm_mode vllm_server_host vllm_server_port vllm_server_base_url vllm_gpu_memory_utilization vllm_tensor_parallel_size gpu_memory_utilization use_liger_kernel rollout.name base_url",
    `the engine samples itself: ${CPU}`,
  ),
  none(
    TRL,
    "remove_unused_columns dataloader_num_workers shuffle_dataset",
    "prompts are read once, and shuffled by seed",
  ),
  none(VERL, "data.shuffle", "prompts are read once, and shuffled by seed"),
];

const BY_NAME: ReadonlyMap<string, Synonym> = new Map(
  SYNONYMS.flatMap((synonym) => synonym.names.map((name) => [normalised(name), synonym] as const)),
);
/** Dotted names by their last parts, where these say enough: `rollout.n` and `train_batch_size` do, `n` and `path` do not. */
const BY_END: ReadonlyMap<string, Synonym> = new Map(
  SYNONYMS.flatMap((synonym) =>
    synonym.names.flatMap((name) =>
      endsOf(name)
        .filter((end) => /[._]/.test(end))
        .map((end) => [normalised(end), synonym] as const),
    ),
  ),
);

/** `a.b.c` → `b.c`, `c`. */
function endsOf(name: string): string[] {
  const parts = name.split(".");
  return parts.slice(1).map((_, i) => parts.slice(i + 1).join("."));
}

/** The entry of a name as it is spelt anywhere: in snake_case, kebab-case or camelCase, with or without what stands before its dots. */
export function synonymOf(name: string): Synonym | undefined {
  const plain = normalised(name);
  for (const spelling of [plain, ...endsOf(plain)]) {
    const found = BY_NAME.get(spelling) ?? BY_END.get(spelling);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * What to write in the place of a name from elsewhere; undefined for one that nobody has. `has` says whether the command has a key, `show`
 * how a key is written.
 */
export function translated(
  name: string,
  has: (key: string) => boolean,
  show: (key: string) => string,
): string | undefined {
  const synonym = synonymOf(name);
  if (synonym === undefined) return undefined;
  const { keys, note } = synonym;
  const because = note === undefined ? "" : `: ${note}`;
  if (keys.length === 0) return `${name} has no key here${because}`;
  const here = keys.find((alternative) => alternative.every(has));
  if (here !== undefined) return `${name} is ${here.map(show).join(" and ")} here${because}`;
  return `${name} is ${keys[0]!.join(" and ")} of other commands, and has no key in this one${because}`;
}
