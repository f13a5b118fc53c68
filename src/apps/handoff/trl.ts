/** A run as a job of TRL's GRPOTrainer, which has the most of its settings (trl/trainer/grpo_config.py). */
import type { Experiment } from "./experiment.js";
import type { Ledger } from "./ledger.js";
import { type Cut, clipOf, cutOf, enterParts, enterShared, loraOf } from "./shared.js";
import type { HandedOff, Target } from "./target.js";

/** A setting of GRPOConfig. */
const arg = (settings: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`args.${name}`, value]));

function enterModel({ experiment: { config }, model, machines }: HandedOff, ledger: Ledger): void {
  const copied = { model: "model" };
  const named = model.kind === "copied" ? copied : { model: model.kind === "named" ? model.name : model.id };
  ledger.carry("model", named);
  const revision = model.kind === "downloaded" && model.revision !== null ? { revision: model.revision } : {};
  ledger.fix(
    arg({
      model_init_kwargs: { dtype: "float32", ...revision },
      bf16: machines.gpus > 0,
      use_cpu: machines.gpus === 0,
    }),
    "weights and optimiser in float32, as here; products in bfloat16 on a GPU",
  );
  const lora = loraOf(config);
  ledger.settings = { ...(ledger.settings as object), lora: null };
  ledger.carry("lora.rank", {});
  ledger.carry("lora.alpha", {});
  ledger.carry("lora.targets", {});
  if (lora !== null)
    ledger.carry("lora", {
      "lora.r": lora.rank,
      "lora.lora_alpha": lora.alpha,
      "lora.lora_dropout": 0,
      "lora.target_modules": lora.targets,
    });
  ledger.missing("lora.adapter", "a new adapter is begun");
}

function enterBatch({ experiment, machines }: HandedOff, cut: Cut, ledger: Ledger): void {
  const { config, samples } = experiment;
  const { world, parts, micro, updates } = cut;
  const share = (config.promptsPerStep * samples) / world;
  ledger.carry("steps", arg({ max_steps: config.steps * updates }), "TRL counts optimiser steps");
  ledger.carry("samplesPerPrompt", arg({ num_generations: samples }));
  ledger.carry(
    "promptsPerStep",
    arg({
      per_device_train_batch_size: micro,
      steps_per_generation: share / micro,
      gradient_accumulation_steps: share / micro / parts,
    }),
    `${config.promptsPerStep} prompts of ${samples} completions on ${world} ${machines.gpus === 0 ? "process" : "GPUs"}`,
  );
  ledger.carry("maxNewTokens", arg({ max_completion_length: config.maxNewTokens }));
  ledger.carry("updatesPerBatch", arg({ num_iterations: config.updatesPerBatch }));
  enterParts(ledger, cut, {}, config);
  ledger.carry(
    "seed",
    arg({ seed: config.seed, data_seed: config.seed }),
    "the draws are others: each engine has its own",
  );
  ledger.fix(arg({ shuffle_dataset: false }), "the prompts come in this run's order");
  ledger.fix(arg({ temperature: 1, top_p: 1, top_k: 0 }), "the policy is sampled as it is");
  if (config.prompts.variables !== undefined)
    ledger.carry("prompts.variables", arg({ chat_template_kwargs: config.prompts.variables }));
}

function enterMethod({ config, samples }: Experiment, cut: Cut, ledger: Ledger): void {
  enterAdvantage(config, samples, ledger);
  const { low, high } = clipOf(config);
  const lossType = { "token-mean": "dapo", "sequence-mean": "grpo", "constant-length": "dr_grpo" }[
    config.aggregation
  ];
  if (config.loss === "cispo") {
    ledger.carry("loss", arg({ loss_type: "cispo", importance_sampling_level: "token" }));
    ledger.carry("clipHigh", arg({ epsilon_high: 1 + high }), "the bound of the ratio itself");
    ledger.fix(arg({ epsilon_high: 1 + high }), "the bound of the ratio itself");
    ledger.missing("clipLow", "ratios have no lower bound", { off: 1 });
    ledger.missing("aggregation", "CISPO is averaged over tokens", { off: "token-mean" });
  } else {
    const level = config.loss === "gspo" ? "sequence" : "token";
    ledger.carry("loss", arg({ importance_sampling_level: level, epsilon: low, epsilon_high: high }));
    ledger.carry("clipLow", arg({ epsilon: low }));
    ledger.carry("clipHigh", arg({ epsilon_high: high }));
    ledger.carry("aggregation", arg({ loss_type: lossType }));
  }
  ledger.carry("dualClip", arg({ delta: config.dualClip }));
  ledger.carry("entropyBonus", arg({ entropy_coef: config.entropyBonus }));
  enterKl(config, cut, ledger);
  for (const [key, off] of [
    ["zeroSignal", false],
    ["refillRounds", undefined],
    ["onShortBatch", undefined],
  ] as const)
    ledger.missing(`rejection.${key}`, "no group is rejected and replaced", { off });
}

function enterAdvantage({ advantage }: Experiment["config"], samples: number, ledger: Ledger): void {
  const scale = { grpo: "group", "batch-normalised": "batch", "mean-centred": "none", "dr-grpo": "none" };
  if (advantage === "rloo")
    ledger.carry(
      "advantage",
      arg({ scale_rewards: "none", reward_weights: [samples / (samples - 1)] }),
      "rewards less their mean, times n / (n − 1), are those less the mean of the others",
    );
  else if (advantage in scale)
    ledger.carry(
      "advantage",
      arg({ scale_rewards: scale[advantage as keyof typeof scale], reward_weights: [1] }),
    );
  else
    ledger.missing("advantage", "advantages are not whitened over the batch's tokens", {
      to: arg({ scale_rewards: "batch", reward_weights: [1] }),
    });
}

function enterKl(config: Experiment["config"], { updates }: Cut, ledger: Ledger): void {
  const { klCoefficient, klCorrection, klReference, klReferenceEvery } = config;
  ledger.carry("klCoefficient", arg({ beta: klCoefficient }));
  ledger.carry("klCorrection", arg({ use_bias_correction_kl: klCorrection }));
  ledger.missing("klEstimator", "the KL is estimated by k3", { off: "k3" });
  if (
    klCoefficient > 0 &&
    config.klIn === undefined &&
    (config.advantage === "rloo" || config.advantage === "reinforce++")
  )
    ledger.missing("klCoefficient", "the KL is a term of the loss, not of the reward", {
      to: arg({ beta: klCoefficient }),
    });
  ledger.missing("klIn", "the KL is a term of the loss", { off: "loss" });
  const moving = klReference === "moving";
  ledger.carry("klReference", arg({ sync_ref_model: moving }));
  ledger.carry(
    "klReferenceEvery",
    moving ? arg({ ref_model_sync_steps: klReferenceEvery! * updates, ref_model_mixup_alpha: 1 }) : {},
  );
}

function enterOptimiser({ config }: Experiment, { updates }: Cut, ledger: Ledger): void {
  const { adam, warmupSteps, decay } = config;
  ledger.carry("adam.learningRate", arg({ learning_rate: adam.learningRate }));
  ledger.carry("adam.beta1", arg({ adam_beta1: adam.beta1 }));
  ledger.carry("adam.beta2", arg({ adam_beta2: adam.beta2 }));
  ledger.carry("adam.eps", arg({ adam_epsilon: adam.eps }));
  ledger.carry("adam.weightDecay", arg({ weight_decay: adam.weightDecay }));
  ledger.carry("adam.gradClipNorm", arg({ max_grad_norm: adam.gradClipNorm }));
  ledger.carry("warmupSteps", arg({ warmup_steps: warmupSteps * updates }));
  ledger.carry("decay", arg({ lr_scheduler_type: decay === "constant" ? "constant_with_warmup" : decay }));
  ledger.fix(
    arg({ disable_dropout: true, gradient_checkpointing: true }),
    "nothing is dropped; memory is saved",
  );
}

function enterWatching({ experiment }: HandedOff, { micro, updates }: Cut, ledger: Ledger): void {
  const { config, heldOut } = experiment;
  const { evaluation, steps, checkpointEvery, keepCheckpoints } = config;
  ledger.carry("checkpointEvery", arg({ save_strategy: "steps", save_steps: checkpointEvery * updates }));
  ledger.carry("keepCheckpoints", arg({ save_total_limit: keepCheckpoints }));
  const measured = heldOut.length > 0;
  const every = (evaluation.every || steps) * updates;
  ledger.carry(
    "evaluation.every",
    arg(
      measured
        ? { eval_strategy: "steps", eval_steps: every, eval_on_start: true }
        : { eval_strategy: "no", eval_steps: every },
    ),
  );
  // The whole group goes through one process, so that its vote is seen.
  const passes = Math.max(1, Math.floor(micro / evaluation.samples));
  ledger.carry(
    "evaluation.samples",
    arg({
      num_generations_eval: evaluation.samples,
      per_device_eval_batch_size: passes * evaluation.samples,
    }),
  );
  ledger.missing("evaluation.temperature", "held-out prompts are sampled at the temperature of training, 1", {
    off: 1,
  });
  ledger.fix(
    arg({ logging_steps: 1, log_completions: true, report_to: "none", output_dir: "output" }),
    "every optimiser step is logged, with its completions",
  );
}

export const trl: Target = {
  name: "trl",
  title: "TRL",
  version: "trl 1.13.0 (GRPOTrainer)",
  assets: ["trl/train.py"],
  install: "pip install trl==1.13.0 peft accelerate",
  logprobs: false,
  audit: "output/completions --format trl --reward-column majority",
  enter(job, ledger) {
    const cut = cutOf(job);
    enterModel(job, ledger);
    enterShared(ledger, job.experiment);
    enterBatch(job, cut, ledger);
    enterMethod(job.experiment, cut, ledger);
    enterOptimiser(job.experiment, cut, ledger);
    enterWatching(job, cut, ledger);
  },
  files({ experiment, machines }) {
    const { inOrder, heldOut } = experiment;
    const row = (split: string) => (own: { id: string; prompt: unknown; truth: string | null }) => ({
      prompt: own.prompt,
      id: own.id,
      split,
      truth: own.truth,
    });
    return [
      { path: "data/train.jsonl", rows: inOrder().map(row("train")) },
      ...(heldOut.length === 0 ? [] : [{ path: "data/eval.jsonl", rows: heldOut.map(row("eval")) }]),
      { path: "run.sh", text: runScript(Math.max(1, machines.gpus) * machines.nodes), executable: true },
    ];
  },
};

const runScript = (processes: number): string => `#!/bin/sh
# Trains with TRL. PROCESSES is the number of processes, one a GPU; what is given goes to accelerate, which wants --num_machines and more for several machines.
set -eu
cd "$(dirname "$0")"
PROCESSES="\${PROCESSES:-${processes}}"
if [ "$PROCESSES" -le 1 ]; then
  exec python3 train.py
fi
exec accelerate launch --num_processes "$PROCESSES" "$@" train.py
`;
