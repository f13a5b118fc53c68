/** A run as a job of SkyRL's trainer (skyrl/train/config/config.py). */
import { klPlace } from "../../config/method-config.js";
import type { Experiment } from "./experiment.js";
import { downloadLines, PASS_THROUGH } from "./job-model.js";
import type { Ledger, Settings } from "./ledger.js";
import { type Cut, clipOf, cutOf, enterParts, enterShared, loraOf } from "./shared.js";
import type { HandedOff, Target } from "./target.js";

const below = (key: string, settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`${key}.${name}`, value]));
const trainer = (settings: Settings) => below("trainer", settings);
const algorithm = (settings: Settings) => below("trainer.algorithm", settings);
const generator = (settings: Settings) => below("generator", settings);

/** Stands for the job folder, whose place train.py puts there. */
const JOB = "JOB/";

function enterModel({ experiment: { config }, model: place }: HandedOff, ledger: Ledger): void {
  const policy = (settings: Settings) => below("trainer.policy.model", settings);
  ledger.carry("model", policy({ path: place.kind === "named" ? place.name : `${JOB}model` }));
  const lora = loraOf(config);
  for (const key of ["lora.rank", "lora.alpha", "lora.targets"]) ledger.carry(key, {});
  if (lora !== null)
    ledger.carry(
      "lora",
      policy({ "lora.rank": lora.rank, "lora.alpha": lora.alpha, "lora.target_modules": lora.targets }),
    );
  ledger.missing("lora.adapter", "a new adapter is begun");
}

function enterBatch({ experiment, machines }: HandedOff, cut: Cut, ledger: Ledger): void {
  const { config, samples, longest, pool } = experiment;
  const { promptsPerStep, steps, maxNewTokens } = config;
  const aRound = Math.max(1, Math.floor(pool.length / promptsPerStep));
  ledger.carry("steps", trainer({ max_training_steps: steps, epochs: Math.ceil(steps / aRound) }));
  ledger.carry("promptsPerStep", trainer({ train_batch_size: promptsPerStep }));
  ledger.carry("samplesPerPrompt", generator({ n_samples_per_prompt: samples }));
  ledger.carry("maxNewTokens", generator({ "sampling_params.max_generate_length": maxNewTokens }));
  ledger.carry("updatesPerBatch", trainer({ update_epochs_per_batch: config.updatesPerBatch }));
  ledger.fix(
    trainer({ policy_mini_batch_size: promptsPerStep / cut.parts }),
    "the prompts of an optimiser step",
  );
  enterParts(ledger, cut, trainer({ policy_mini_batch_size: promptsPerStep / cut.parts }), config);
  ledger.carry(
    "seed",
    trainer({ seed: config.seed }),
    "the order of prompts and the draws are others: SkyRL shuffles by its own",
  );
  ledger.fix(
    generator(below("sampling_params", { temperature: 1, top_p: 1, top_k: -1, logprobs: 1 })),
    "the policy is sampled as it is",
  );
  ledger.fix(
    { ...trainer({ max_prompt_length: longest }), ...generator({ max_input_length: longest }) },
    "no prompt is left out for its length",
  );
  ledger.fix(
    {
      ...trainer({
        strategy: "fsdp",
        micro_train_batch_size_per_gpu: cut.micro,
        micro_forward_batch_size_per_gpu: cut.micro,
        "placement.colocate_all": true,
        "placement.policy_num_nodes": machines.nodes,
        "placement.policy_num_gpus_per_node": machines.gpus,
        "placement.ref_num_nodes": machines.nodes,
        "placement.ref_num_gpus_per_node": machines.gpus,
      }),
      ...generator({
        batched: false,
        ...below("inference_engine", {
          backend: "vllm",
          num_engines: machines.gpus * machines.nodes,
          tensor_parallel_size: 1,
        }),
      }),
    },
    "the machines: training and sampling share them",
  );
  if (config.prompts.variables !== undefined)
    ledger.carry("prompts.variables", generator({ chat_template_kwargs: config.prompts.variables }));
}

function enterMethod({ config }: Experiment, ledger: Ledger): void {
  const estimators: Readonly<Record<string, Settings>> = {
    rloo: { advantage_estimator: "rloo" },
    grpo: { advantage_estimator: "grpo", grpo_norm_by_std: true },
    "mean-centred": { advantage_estimator: "grpo", grpo_norm_by_std: false },
    "dr-grpo": { advantage_estimator: "grpo", grpo_norm_by_std: false },
    "reinforce++": { advantage_estimator: "reinforce++" },
  };
  const estimator = estimators[config.advantage];
  if (estimator !== undefined) ledger.carry("advantage", algorithm(estimator));
  else
    ledger.missing(
      "advantage",
      "the nearest is the group's mean, then the deviation of all advantages of the batch",
      {
        to: algorithm({
          advantage_estimator: "grpo",
          grpo_norm_by_std: false,
          advantage_batch_normalize: true,
        }),
      },
    );
  enterLoss(config, ledger);
  enterKl(config, ledger);
  const { entropyBonus, rejection } = config;
  ledger.carry(
    "entropyBonus",
    algorithm({
      use_entropy_loss: entropyBonus > 0,
      entropy_loss_coef: entropyBonus > 0 ? entropyBonus : undefined,
    }),
  );
  const sampling = (settings: Settings) => below("trainer.algorithm.dynamic_sampling", settings);
  ledger.carry(
    "rejection.zeroSignal",
    rejection.zeroSignal
      ? sampling({ type: "filter", max_sample_batches: 1 + (rejection.refillRounds ?? 4) })
      : {},
  );
  if (rejection.zeroSignal) ledger.carry("rejection.refillRounds", {});
  else ledger.missing("rejection.refillRounds", "no group is replaced");
  ledger.missing("rejection.onShortBatch", "a batch that does not fill ends the job", { off: "error" });
}

function enterLoss(config: Experiment["config"], ledger: Ledger): void {
  const { low, high } = clipOf(config);
  const { loss, dualClip, aggregation, maxNewTokens } = config;
  const type = {
    "importance-sampling": "importance_sampling",
    "ppo-clip": dualClip === undefined ? "regular" : "dual_clip",
    gspo: "gspo",
    cispo: "cispo",
  };
  const clipped = loss === "ppo-clip" || loss === "gspo";
  const bounds = (own: Settings, cispo: Settings) =>
    clipped ? own : loss === "cispo" ? below("cispo", cispo) : {};
  ledger.carry(
    "loss",
    algorithm({
      policy_loss_type: type[loss],
      ...bounds(
        { eps_clip_low: low, eps_clip_high: high },
        { cispo_eps_clip_low: low, cispo_eps_clip_high: high },
      ),
    }),
  );
  ledger.carry("clipLow", algorithm(bounds({ eps_clip_low: low }, { cispo_eps_clip_low: low })));
  ledger.carry("clipHigh", algorithm(bounds({ eps_clip_high: high }, { cispo_eps_clip_high: high })));
  ledger.carry("dualClip", algorithm({ clip_ratio_c: dualClip }));
  const modes = {
    "token-mean": "token_mean",
    "sequence-mean": "sequence_mean",
    "constant-length": "seq_mean_token_sum_norm",
  };
  ledger.carry(
    "aggregation",
    algorithm({
      loss_reduction: modes[aggregation],
      max_seq_len: aggregation === "constant-length" ? maxNewTokens : undefined,
    }),
  );
}

function enterKl(config: Experiment["config"], ledger: Ledger): void {
  const { klCoefficient, klEstimator } = config;
  const asked = klCoefficient > 0;
  const reward = asked && klPlace(config) === "reward";
  const place = { use_kl_in_reward: reward, use_kl_loss: asked && !reward };
  ledger.carry(
    "klCoefficient",
    algorithm({ ...place, "kl_ctrl.type": "fixed", kl_loss_coef: asked ? klCoefficient : undefined }),
  );
  ledger.carry("klEstimator", algorithm({ kl_estimator_type: klEstimator }));
  ledger.carry("klIn", algorithm(place));
  ledger.missing("klCorrection", "the KL term is not weighted by the ratio", { off: false });
  ledger.missing("klReference", "the reference is the model that the job starts from", {
    off: "start",
    to: trainer({ update_ref_every_epoch: false }),
  });
  ledger.missing("klReferenceEvery", "the reference does not move");
}

function enterOptimiser({ config }: Experiment, { updates }: Cut, ledger: Ledger): void {
  const { adam, warmupSteps, decay } = config;
  const optim = (settings: Settings) => below("trainer.policy.optimizer_config", settings);
  ledger.carry("adam.learningRate", optim({ lr: adam.learningRate }));
  ledger.carry("adam.beta1", optim({ adam_betas: [adam.beta1, adam.beta2] }));
  ledger.carry("adam.beta2", optim({ adam_betas: [adam.beta1, adam.beta2] }));
  ledger.missing("adam.eps", "AdamW has PyTorch's epsilon, 1e-8", { off: 1e-8 });
  ledger.carry(
    "adam.weightDecay",
    optim({ weight_decay: adam.weightDecay }),
    "of all weights, those of norms too",
  );
  ledger.carry(
    "adam.gradClipNorm",
    optim({ max_grad_norm: adam.gradClipNorm }),
    "0 does not clip there either",
  );
  ledger.carry(
    "warmupSteps",
    optim({ num_warmup_steps: warmupSteps * updates }),
    "SkyRL counts optimiser steps",
  );
  ledger.carry("decay", optim({ scheduler: decay === "constant" ? "constant_with_warmup" : decay }));
}

function enterWatching({ config, heldOut }: Experiment, ledger: Ledger): void {
  const { evaluation, steps, checkpointEvery, keepCheckpoints, maxNewTokens } = config;
  const measured = heldOut.length > 0;
  ledger.carry("checkpointEvery", trainer({ ckpt_interval: checkpointEvery }));
  ledger.carry("keepCheckpoints", trainer({ max_ckpts_to_keep: keepCheckpoints }));
  ledger.carry(
    "evaluation.every",
    trainer({ eval_before_train: measured, eval_interval: measured ? evaluation.every || steps : -1 }),
  );
  ledger.carry("evaluation.samples", generator({ eval_n_samples_per_prompt: evaluation.samples }));
  const sampling = {
    temperature: evaluation.temperature ?? 1,
    top_p: 1,
    top_k: -1,
    max_generate_length: maxNewTokens,
  };
  ledger.fix(
    generator(below("eval_sampling_params", sampling)),
    "held-out prompts are sampled like training prompts",
  );
  ledger.carry("evaluation.temperature", {});
  ledger.fix(
    {
      "data.train_data": [`${JOB}data/train.jsonl`],
      "data.val_data": measured ? [`${JOB}data/eval.jsonl`] : [],
    },
    "the prompts",
  );
  ledger.fix(
    {
      "environment.env_class": "selftrain",
      ...trainer({
        logger: "console",
        project_name: "selftrain",
        run_name: "handoff",
        ckpt_path: `${JOB}checkpoints`,
        export_path: `${JOB}exports`,
      }),
    },
    "rewards are the vote's; checkpoints are in the job folder",
  );
}

/** Enough of them for a step, since SkyRL wants as many as a batch has. */
function trainRows({ pool, config }: Experiment): Experiment["pool"] {
  const rounds = Math.ceil(config.promptsPerStep / pool.length);
  return Array.from({ length: rounds }, () => pool).flat();
}

const row = (split: string) => (own: Experiment["pool"][number]) => ({
  prompt: typeof own.prompt === "string" ? [{ role: "user", content: own.prompt }] : own.prompt,
  env_class: "selftrain",
  id: own.id,
  split,
  truth: own.truth,
});

export const skyrl: Target = {
  name: "skyrl",
  title: "SkyRL",
  version: "SkyRL of 2026-08-21 (commit a956457)",
  assets: ["skyrl/train.py"],
  install: "SkyRL at that commit or later, with its extra fsdp",
  logprobs: true,
  audit: null,
  enter(job, ledger) {
    const cut = cutOf(job);
    enterModel(job, ledger);
    enterShared(ledger, job.experiment);
    enterBatch(job, cut, ledger);
    enterMethod(job.experiment, ledger);
    enterOptimiser(job.experiment, cut, ledger);
    enterWatching(job.experiment, ledger);
  },
  files(job, ledger) {
    const { experiment } = job;
    const { heldOut, chat, model } = experiment;
    const template = PASS_THROUGH(model.tokenizer);
    return [
      { path: "config.json", text: `${JSON.stringify(ledger.settings, null, 2)}\n` },
      ...(chat ? [] : [{ path: "chat_template.jinja", text: template }]),
      { path: "data/train.jsonl", rows: trainRows(experiment).map(row("train")) },
      ...(heldOut.length === 0 ? [] : [{ path: "data/eval.jsonl", rows: heldOut.map(row("eval")) }]),
      { path: "run.sh", text: runScript(job), executable: true },
    ];
  },
};

const runScript = ({ model, experiment: { chat } }: HandedOff): string => `#!/bin/sh
# Trains with SkyRL on the Ray cluster that this machine belongs to, or on this machine alone. What is given wins over config.json.
# Where SkyRL is a checkout: RUNNER="uv run --project PATH --extra fsdp python".
set -eu
cd "$(dirname "$0")"
export PYTHONPATH="$PWD\${PYTHONPATH:+:$PYTHONPATH}"
${downloadLines(model)}${chat || model.kind === "named" ? "" : "cp chat_template.jinja model/chat_template.jinja\n"}exec \${RUNNER:-python3} train.py "$@"
`;
