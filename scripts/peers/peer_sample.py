"""Sampling with `generate`: its default, dynamic KV cache, or, compiled, a static one, as compilation wants."""

import time

import torch
import transformers
from configuration import configuration_of
from llama import load_llama


def serve(channel, workload: dict, model_folder: str) -> None:
    sample = workload["sizes"]
    configuration = configuration_of(workload)
    model = load_llama(model_folder, configuration.dtype).eval()
    model.forward = configuration.compile(model.forward)
    cache = dict(cache_implementation="static") if configuration.compiled else {}
    # Nothing ends a completion early: both sides draw exactly `sequences` × `newTokens` tokens.
    model.generation_config.eos_token_id = None
    model.generation_config.pad_token_id = 0
    prompts = torch.randint(sample["vocabSize"], (sample["sequences"], sample["promptLength"]))
    attention_mask = torch.ones_like(prompts)

    def run() -> float:
        start = time.perf_counter()
        with torch.inference_mode():
            tokens = model.generate(
                prompts,
                attention_mask=attention_mask,
                max_new_tokens=sample["newTokens"],
                do_sample=True,
                temperature=1.0,
                top_k=0,
                top_p=1.0,
                **cache,
            )
        seconds = time.perf_counter() - start
        assert tokens.shape == (sample["sequences"], sample["promptLength"] + sample["newTokens"])
        return seconds

    for _ in range(workload["warmup"]):
        run()
    channel.ready(torch=torch.__version__, transformers=transformers.__version__)
    for _ in channel.requests():
        channel.reply(seconds=run())
