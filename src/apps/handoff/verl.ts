/** A run as a job of verl's PPO trainer (verl/trainer/config/ppo_trainer.yaml, V1 trainer). */
import { stringify } from "yaml";
import { klPlace } from "../../config/method-config.js";
import type { Experiment } from "./experiment.js";
import { downloadLines, PASS_THROUGH } from "./job-model.js";
import type { Ledger, Settings } from "./ledger.js";
import { type Cut, clipOf, cutOf, enterParts, enterShared, loraOf, UNBOUNDED, UNCLIPPED } from "./shared.js";
import type { HandedOff, Target } from "./target.js";

/** Settings below a key. */
const below = (key: string, settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${key}.${name}`, value]));
const actor = (settings: Settings) => below("actor_rollout_ref.actor", settings);
const rollout = (settings: Settings) => below("actor_rollout_ref.rollout", settings);
const model = (settings: Settings) => below("actor_rollout_ref.model", settings);
const algorithm = (settings: Settings) => below("algorithm", settings);
const trainer = (settings: Settings) => below("trainer", settings);

/** A path in the job folder, whose place run.sh gives. */
const inJob = (path: string): string => `\${job}/${path}`;

function enterModel(
  { experiment: { config, chat, model: prepared }, model: place }: HandedOff,
  ledger: Ledger,
): void {
  ledger.carry("model", model({ path: place.kind === "named" ? place.name : inJob("model") }));
  if (!chat)
    ledger.fix(
      model({ custom_chat_template: PASS_THROUGH(prepared.tokenizer) }),
      "prompts are completed as they stand: the template writes their text alone",
    );
  const lora = loraOf(config);
  for (const key of ["lora.rank", "lora.alpha", "lora.targets"]) ledger.carry(key, {});
  if (lora !== null) {
    ledger.carry(
      "lora",
      model({ lora_rank: lora.rank, lora_alpha: lora.alpha, target_modules: lora.targets }),
    );
    ledger.fix(rollout({ load_format: "safetensors" }), "which an adapter needs");
  }
  ledger.missing("lora.adapter", "a new adapter is begun");
}

function enterBatch({ experiment, machines }: HandedOff, cut: Cut, ledger: Ledger): void {
  const { config, samples, longest } = experiment;
  const { promptsPerStep, maxNewTokens, seed } = config;
  ledger.carry("steps", trainer({ total_training_steps: config.steps, total_epochs: 1 }));
  ledger.carry("promptsPerStep", { "data.train_batch_size": promptsPerStep });
  ledger.carry("samplesPerPrompt", rollout({ n: samples }));
  ledger.carry("maxNewTokens", { "data.max_response_length": maxNewTokens });
  ledger.carry("updatesPerBatch", actor({ ppo_epochs: config.updatesPerBatch }));
  ledger.fix(actor({ ppo_mini_batch_size: promptsPerStep / cut.parts }), "the prompts of an optimiser step");
  enterParts(ledger, cut, actor({ ppo_mini_batch_size: promptsPerStep / cut.parts }), config);
  ledger.carry(
    "seed",
    {
      "data.seed": seed,
      ...actor({ data_loader_seed: seed, "fsdp_config.seed": seed }),
      ...rollout({ seed }),
    },
    "the draws are others: each engine has its own",
  );
  ledger.fix({ "data.shuffle": false }, "the prompts come in this run's order");
  ledger.fix(
    rollout({ temperature: 1, top_p: 1, top_k: -1, do_sample: true }),
    "the policy is sampled as it is",
  );
  ledger.fix({ "data.max_prompt_length": longest, "data.truncation": "error" }, "no prompt is cut");
  ledger.fix(
    {
      ...actor({ ppo_micro_batch_size_per_gpu: cut.micro, use_dynamic_bsz: false }),
      ...rollout({
        name: "vllm",
        tensor_model_parallel_size: 1,
        log_prob_micro_batch_size_per_gpu: cut.micro,
      }),
      "actor_rollout_ref.ref.log_prob_micro_batch_size_per_gpu": cut.micro,
      ...trainer({ nnodes: machines.nodes, n_gpus_per_node: machines.gpus }),
    },
    "the machines",
  );
  if (config.prompts.variables !== undefined)
    ledger.carry("prompts.variables", { "data.apply_chat_template_kwargs": config.prompts.variables });
}

function enterMethod({ config }: Experiment, ledger: Ledger): void {
  const estimators: Readonly<Record<string, Settings>> = {
    rloo: { adv_estimator: "rloo" },
    grpo: { adv_estimator: "grpo", norm_adv_by_std_in_grpo: true },
    "mean-centred": { adv_estimator: "grpo", norm_adv_by_std_in_grpo: false },
    "dr-grpo": { adv_estimator: "grpo", norm_adv_by_std_in_grpo: false },
    "reinforce++": { adv_estimator: "reinforce_plus_plus" },
    "reinforce++-baseline": { adv_estimator: "reinforce_plus_plus_baseline" },
  };
  const estimator = estimators[config.advantage];
  if (estimator !== undefined) ledger.carry("advantage", algorithm(estimator));
  else
    ledger.missing("advantage", "rewards are not scaled by their deviation over the batch", {
      to: algorithm({ adv_estimator: "grpo", norm_adv_by_std_in_grpo: false }),
    });
  enterLoss(config, ledger);
  enterKl(config, ledger);
  ledger.carry("entropyBonus", actor({ entropy_coeff: config.entropyBonus }));
  const { zeroSignal } = config.rejection;
  ledger.carry(
    "rejection.zeroSignal",
    zeroSignal ? below("algorithm.filter_groups", { enable: true, metric: "score" }) : {},
  );
  ledger.missing("rejection.refillRounds", "groups are replaced until the batch is full");
  ledger.missing("rejection.onShortBatch", "groups are replaced until the batch is full");
}

function enterLoss(config: Experiment["config"], ledger: Ledger): void {
  const { low, high } = clipOf(config);
  const mode = { "importance-sampling": "vanilla", "ppo-clip": "vanilla", gspo: "gspo", cispo: "cispo" }[
    config.loss
  ];
  ledger.carry(
    "loss",
    actor({
      "policy_loss.loss_mode": mode,
      clip_ratio_low: low,
      clip_ratio_high: high,
      clip_ratio_c: config.dualClip ?? UNBOUNDED,
    }),
    config.loss === "importance-sampling" ? "bounds that no ratio reaches" : undefined,
  );
  ledger.carry("clipLow", actor({ clip_ratio_low: low }));
  ledger.carry("clipHigh", actor({ clip_ratio_high: high }));
  ledger.carry("dualClip", actor({ clip_ratio_c: config.dualClip }));
  const modes = {
    "token-mean": "token-mean",
    "sequence-mean": "seq-mean-token-mean",
    "constant-length": "seq-mean-token-sum-norm",
  };
  const aggregation = actor({
    loss_agg_mode: modes[config.aggregation],
    loss_scale_factor: config.aggregation === "constant-length" ? config.maxNewTokens : undefined,
  });
  if (config.loss === "gspo" && config.aggregation !== "sequence-mean")
    ledger.missing("aggregation", "GSPO is averaged over sequences", {
      to: actor({ loss_agg_mode: "seq-mean-token-mean" }),
    });
  else ledger.carry("aggregation", aggregation);
}

function enterKl(config: Experiment["config"], ledger: Ledger): void {
  const { klCoefficient, klEstimator } = config;
  const reward = klCoefficient > 0 && klPlace(config) === "reward";
  const loss = klCoefficient > 0 && !reward;
  const kind = { k1: "kl", k2: "mse", k3: "low_var_kl" }[klEstimator];
  ledger.carry("klCoefficient", {
    ...algorithm({
      use_kl_in_reward: reward,
      "kl_ctrl.type": "fixed",
      "kl_ctrl.kl_coef": reward ? klCoefficient : undefined,
    }),
    ...actor({ use_kl_loss: loss, kl_loss_coef: loss ? klCoefficient : undefined }),
  });
  ledger.carry("klEstimator", {
    ...(reward ? algorithm({ kl_penalty: kind }) : {}),
    ...(loss ? actor({ kl_loss_type: kind }) : {}),
  });
  ledger.carry("klIn", { ...algorithm({ use_kl_in_reward: reward }), ...actor({ use_kl_loss: loss }) });
  ledger.missing("klCorrection", "the KL term is not weighted by the ratio", { off: false });
  ledger.missing("klReference", "the reference is the model that the job starts from", { off: "start" });
  ledger.missing("klReferenceEvery", "the reference does not move");
}

function enterOptimiser({ config }: Experiment, ledger: Ledger): void {
  const { adam, warmupSteps, decay } = config;
  const optim = (settings: Settings) => below("actor_rollout_ref.actor.optim", settings);
  const clip = adam.gradClipNorm === 0 ? UNCLIPPED : adam.gradClipNorm;
  ledger.carry("adam.learningRate", optim({ lr: adam.learningRate }));
  ledger.carry("adam.beta1", optim({ betas: [adam.beta1, adam.beta2] }));
  ledger.carry("adam.beta2", optim({ betas: [adam.beta1, adam.beta2] }));
  ledger.carry("adam.eps", optim({ override_optimizer_config: { eps: adam.eps } }));
  ledger.carry(
    "adam.weightDecay",
    optim({ weight_decay: adam.weightDecay }),
    "of all weights, those of norms too",
  );
  ledger.carry("adam.gradClipNorm", { ...optim({ clip_grad: clip }), ...actor({ grad_clip: clip }) });
  ledger.carry("warmupSteps", optim({ lr_warmup_steps: warmupSteps }));
  if (decay === "linear")
    ledger.missing("decay", "there is no linear decay", {
      to: optim({ lr_scheduler_type: "cosine", min_lr_ratio: 0 }),
    });
  else ledger.carry("decay", optim({ lr_scheduler_type: decay, min_lr_ratio: 0 }));
}

function enterWatching({ config, heldOut }: Experiment, ledger: Ledger): void {
  const { evaluation, steps, checkpointEvery, keepCheckpoints } = config;
  const measured = heldOut.length > 0;
  ledger.carry("checkpointEvery", trainer({ save_freq: checkpointEvery }));
  ledger.carry("keepCheckpoints", trainer({ max_actor_ckpt_to_keep: keepCheckpoints }));
  ledger.carry(
    "evaluation.every",
    trainer({ val_before_train: measured, test_freq: measured ? evaluation.every || steps : -1 }),
  );
  const sampling = {
    n: evaluation.samples,
    do_sample: true,
    temperature: evaluation.temperature ?? 1,
    top_p: 1,
    top_k: -1,
  };
  ledger.carry("evaluation.samples", below("actor_rollout_ref.rollout.val_kwargs", sampling));
  ledger.carry("evaluation.temperature", {});
  ledger.fix(
    {
      "data.train_files": [inJob("data/train.jsonl")],
      "data.val_files": [inJob(`data/${measured ? "eval" : "train"}.jsonl`)],
    },
    measured ? "the prompts" : "the prompts; nothing is measured, though a file for it has to be there",
  );
  ledger.fix(
    {
      job: "???",
      ...rollout({
        "agent.default_agent_loop": "selftrain_vote",
        "agent.agent_loop_config_path": inJob("agent_loop.yaml"),
      }),
      "reward.num_workers": 1,
    },
    "the vote is taken where the rollouts of a prompt are made; `job` is this folder, which run.sh gives",
  );
  ledger.fix(
    trainer({
      use_v1: true,
      "v1.trainer_mode": "sync",
      logger: ["console"],
      project_name: "selftrain",
      experiment_name: "handoff",
      default_local_dir: inJob("checkpoints"),
      rollout_data_dir: inJob("rollouts"),
    }),
    "rollouts and checkpoints are in the job folder",
  );
}

/** verl's columns. True answers are in the file of held-out prompts alone. */
const row = (split: string) => (own: Experiment["pool"][number], index: number) => ({
  data_source: "selftrain",
  prompt: typeof own.prompt === "string" ? [{ role: "user", content: own.prompt }] : own.prompt,
  ability: "reasoning",
  reward_model: { style: "rule", ground_truth: own.truth ?? "" },
  extra_info: { index, id: own.id, split, truth: own.truth },
});

export const verl: Target = {
  name: "verl",
  title: "verl",
  version: "verl 0.10.0.dev of 2026-08-22 (commit 1dda039, V1 trainer)",
  assets: ["verl/selftrain_agent.py", "verl/agent_loop.yaml"],
  install: "pip install verl vllm, at that commit or later",
  logprobs: false,
  audit: "rollouts --format verl",
  enter(job, ledger) {
    const cut = cutOf(job);
    enterModel(job, ledger);
    enterShared(ledger, job.experiment);
    enterBatch(job, cut, ledger);
    enterMethod(job.experiment, ledger);
    enterOptimiser(job.experiment, ledger);
    enterWatching(job.experiment, ledger);
  },
  files(job, ledger) {
    const { inOrder, heldOut } = job.experiment;
    const composed = {
      hydra: { searchpath: ["pkg://verl.trainer.config"] },
      defaults: ["ppo_trainer", "_self_"],
      ...(ledger.settings as object),
    };
    return [
      { path: "config.yaml", text: yamlOf(composed) },
      { path: "data/train.jsonl", rows: inOrder().map(row("train")) },
      ...(heldOut.length === 0 ? [] : [{ path: "data/eval.jsonl", rows: heldOut.map(row("eval")) }]),
      { path: "run.sh", text: runScript(job), executable: true },
    ];
  },
};

/** `1e-8` is a text to YAML 1.1, which Python reads: there it is `1.0e-8`. */
const yamlOf = (value: object): string =>
  stringify(value, { lineWidth: 0 }).split("\n").map(withPoint).join("\n");

function withPoint(line: string): string {
  const at = line.lastIndexOf(" ") + 1;
  const word = line.slice(at);
  return /^\d+e[-+]\d+$/.test(word) ? `${line.slice(0, at)}${word.replace("e", ".0e")}` : line;
}

const runScript = ({ model: place, machines }: HandedOff): string => `#!/bin/sh
# Trains with verl on the Ray cluster that this machine belongs to, or on this machine alone. What is given wins over config.yaml.
set -eu
cd "$(dirname "$0")"
export PYTHONPATH="$PWD\${PYTHONPATH:+:$PYTHONPATH}"
${downloadLines(place)}exec python3 -m verl.trainer.main_ppo --config-path "$PWD" --config-name config job="$PWD" \\
  trainer.nnodes="\${NODES:-${machines.nodes}}" trainer.n_gpus_per_node="\${GPUS_PER_NODE:-${machines.gpus}}" "$@"
`;
