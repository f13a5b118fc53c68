"""Trains with TRL's GRPOTrainer on the majority vote: `python train.py`, or with several processes `accelerate launch train.py`."""

import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from datasets import load_dataset
from selftrain_vote import Votes, read_job
from transformers import AutoTokenizer, set_seed
from trl import GRPOConfig, GRPOTrainer


def text_of(completion) -> str:
    """Of a conversation, what the assistant said."""
    return completion if isinstance(completion, str) else completion[-1]["content"]


def whole_groups(ids: list[str], size: int) -> list[range]:
    """The rows of each group. Rows that follow each other answer one prompt, `size` of them."""
    groups = [range(start, start + size) for start in range(0, len(ids), size)]
    if len(ids) % size or any(len({ids[i] for i in group}) > 1 for group in groups):
        raise RuntimeError(
            f"a process was given parts of groups, not whole groups of {size}: per_device_train_batch_size * steps_per_generation, "
            "and per_device_eval_batch_size, must be multiples of it"
        )
    return groups


def majority_reward(votes: Votes, args: GRPOConfig, ending: set[int]):
    """The reward function: the vote in training; on held-out prompts whether the answer is the true one."""

    def majority(completions, completion_ids, id, split, truth, log_metric=None, **columns):
        training = split[0] == "train"
        size = args.num_generations if training else args.num_generations_eval
        rows = whole_groups(id, size)
        groups = [
            {
                "id": id[group[0]],
                "samples": [
                    {
                        "text": text_of(completions[i]),
                        "finish": "stop" if completion_ids[i] and completion_ids[i][-1] in ending else "length",
                    }
                    for i in group
                ],
                "truth": truth[group[0]],
            }
            for group in rows
        ]
        own = votes.rewards(groups)
        if log_metric is not None:
            log_metric("agreement", sum(vote["agreement"] for vote in own) / len(own))
        if training:
            return [reward for vote in own for reward in vote["rewards"]]
        judged = votes.correct(groups)
        known = [vote["majority"] for vote in judged if vote["majority"] is not None]
        if log_metric is not None and known:
            log_metric("majority_accuracy", sum(known) / len(known))
        return [value for vote in judged for value in (vote["correct"] or [None] * size)]

    return majority


def dataset(name: str):
    path = os.path.join(HERE, "data", f"{name}.jsonl")
    return load_dataset("json", data_files=path, split="train") if os.path.exists(path) else None


def peft_config(lora: dict | None):
    if lora is None:
        return None
    from peft import LoraConfig

    return LoraConfig(task_type="CAUSAL_LM", **lora)


def main() -> None:
    job = read_job(HERE)
    settings = job["settings"]
    args = GRPOConfig(**{**settings["args"], "output_dir": os.path.join(HERE, settings["args"]["output_dir"])})
    set_seed(args.seed)
    model = os.path.join(HERE, "model") if settings["model"] == "model" else settings["model"]
    revision = (args.model_init_kwargs or {}).get("revision")
    tokenizer = AutoTokenizer.from_pretrained(model, revision=revision, padding_side="left")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    ending = {tokenizer.eos_token_id, tokenizer.pad_token_id}
    trainer = GRPOTrainer(
        model=model,
        args=args,
        processing_class=tokenizer,
        reward_funcs=majority_reward(Votes(HERE), args, ending),
        train_dataset=dataset("train"),
        eval_dataset=dataset("eval"),
        peft_config=peft_config(settings["lora"]),
    )
    trainer.train(resume_from_checkpoint=os.environ.get("RESUME") or None)
    if trainer.eval_dataset is not None and args.max_steps % args.eval_steps:
        trainer.evaluate()
    trainer.save_model(os.path.join(args.output_dir, "final"))


if __name__ == "__main__":
    main()
