"""What transformers makes of model folders that selftrain wrote, in float32.

    pip install -r scripts/peers/requirements-check.txt
    python scripts/peers/check_export.py < requests.json

Reads a JSON list of {"folder", "adapter" (a PEFT adapter to load onto it, or null), "sequences": [[token, …], …], "prompt": [token, …], "new_tokens"} and writes a JSON list of

    architecture    the class that transformers chose
    dtype           the type of the stored weights, as config.json says it
    keys            names that are missing, left over or of another shape; empty when all is well
    logits          [T * V] of each sequence on its own
    greedy          the most likely continuation of the prompt, by `generate`
"""

import json
import os
import sys

import torch
from transformers import AutoConfig, AutoModelForCausalLM
from transformers.utils import logging


def check(
    folder: str, sequences: list[list[int]], prompt: list[int], new_tokens: int, adapter: str | None = None
) -> dict:
    model, loading = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    architecture = type(model).__name__
    if adapter is not None:
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, adapter).eval()
    with torch.no_grad():
        logits = [model(input_ids=torch.tensor([ids])).logits[0].flatten().tolist() for ids in sequences]
    ids = torch.tensor([prompt])
    generated = model.generate(ids, attention_mask=torch.ones_like(ids), max_new_tokens=new_tokens, do_sample=False)
    return dict(
        architecture=architecture,
        dtype=str(AutoConfig.from_pretrained(folder).dtype).removeprefix("torch."),
        keys=sorted(str(key) for kind in ("missing_keys", "unexpected_keys", "mismatched_keys") for key in loading[kind]),
        logits=logits,
        greedy=generated[0, len(prompt) :].tolist(),
    )


if __name__ == "__main__":
    # Libraries print to stdout; the answer keeps the real one and gives them stderr.
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    torch.set_num_threads(1)
    logging.disable_progress_bar()
    json.dump([check(**request) for request in json.load(sys.stdin)], out)
    out.close()
