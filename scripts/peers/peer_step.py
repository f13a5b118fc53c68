"""A whole step of TRL's RLOOTrainer: sampling, rewards, advantages, loss, backward, clipping, AdamW.

Mixed precision and compilation are as configured. Everything that would only cost time is off: gradient checkpointing, the reference model (beta 0), logging, saving, dropout. Rewards are random, so that no group is unanimous;
where unanimous groups are asked for, those of every second prompt are constant.
"""

import random
import tempfile
import time

import torch
import transformers
import trl
from configuration import configuration_of
from datasets import Dataset
from llama import load_llama
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast, TrainerCallback


# Of a block of 20 992 characters that are alike to a tokenizer.
FIRST_CHARACTER = 0x4E00


def make_tokenizer(vocab_size: int) -> PreTrainedTokenizerFast:
    """One token a character; the first two are padding and end of sequence."""
    characters = [chr(FIRST_CHARACTER + i) for i in range(vocab_size - 2)]
    vocabulary = {token: i for i, token in enumerate(["<pad>", "<eos>", *characters])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token=characters[0]))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>")


class TimedStep(TrainerCallback):
    """Waits for a request before each step and answers after it; the first steps warm up unasked."""

    def __init__(self, channel, warmup: int) -> None:
        self.channel = channel
        self.requests = channel.requests()
        self.warmup = warmup

    def on_step_begin(self, args, state, control, **kwargs):
        if state.global_step == self.warmup:
            self.channel.ready(torch=torch.__version__, transformers=transformers.__version__, trl=trl.__version__)
        if state.global_step >= self.warmup and next(self.requests, "closed") == "closed":
            raise SystemExit(0)
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **kwargs):
        seconds = time.perf_counter() - self.start
        if state.global_step > self.warmup:
            self.channel.reply(seconds=seconds)


def serve(channel, workload: dict, model_folder: str) -> None:
    step, adam = workload["sizes"], workload["adam"]
    configuration = configuration_of(workload)
    tokenizer = make_tokenizer(step["vocabSize"])
    generator = random.Random(workload["seed"])
    characters = sorted(set(tokenizer.get_vocab()) - {"<pad>", "<eos>"})
    prompts = ["".join(generator.choices(characters, k=step["promptLength"])) for _ in range(step["prompts"])]

    unanimous = set(prompts[::2]) if step["unanimous"] else set()

    def reward(prompts: list[str], completion_ids: list[list[int]], **kwargs) -> list[float]:
        assert all(len(ids) == step["newTokens"] for ids in completion_ids)
        return [1.0 if prompt in unanimous else float(generator.random() < 0.5) for prompt in prompts]

    with tempfile.TemporaryDirectory() as folder:
        config = trl.RLOOConfig(
            output_dir=folder,
            use_cpu=True,
            bf16=configuration.bf16,
            torch_compile=configuration.compiled,
            fp16=False,
            gradient_checkpointing=False,
            disable_dropout=True,
            report_to="none",
            disable_tqdm=True,
            save_strategy="no",
            logging_strategy="no",
            num_generations=step["samples"],
            per_device_train_batch_size=step["peerMicroBatch"],
            gradient_accumulation_steps=step["prompts"] * step["samples"] // step["peerMicroBatch"],
            max_completion_length=step["newTokens"],
            temperature=1.0,
            generation_kwargs=dict(min_new_tokens=step["newTokens"]),
            beta=0.0,
            num_iterations=1,
            max_steps=1_000_000,
            seed=workload["seed"],
            learning_rate=adam["learningRate"],
            lr_scheduler_type="constant",
            adam_beta1=adam["beta1"],
            adam_beta2=adam["beta2"],
            adam_epsilon=adam["eps"],
            weight_decay=adam["weightDecay"],
            max_grad_norm=adam["gradClipNorm"],
        )
        trainer = trl.RLOOTrainer(
            model=load_llama(model_folder),
            args=config,
            processing_class=tokenizer,
            reward_funcs=reward,
            train_dataset=Dataset.from_dict({"prompt": prompts}),
            callbacks=[TimedStep(channel, workload["warmup"])],
        )
        trainer.train()
