"""Training in eager PyTorch: forward, cross-entropy, backward, clipping, AdamW."""

import time

import torch
import transformers
from llama import load_llama


def serve(channel, workload: dict, model_folder: str) -> None:
    train, adam = workload["sizes"], workload["adam"]
    model = load_llama(model_folder).train()
    optimizer = torch.optim.AdamW(
        model.parameters(),
        lr=adam["learningRate"],
        betas=(adam["beta1"], adam["beta2"]),
        eps=adam["eps"],
        weight_decay=adam["weightDecay"],
        fused=True,
    )
    # One token more than is trained on: `length` positions go in and `length` next tokens are predicted.
    tokens = torch.randint(train["vocabSize"], (train["sequences"], train["length"] + 1))
    inputs, targets = tokens[:, :-1].contiguous(), tokens[:, 1:].flatten()

    def step() -> float:
        start = time.perf_counter()
        # `use_cache` would build a KV cache that training never reads.
        logits = model(input_ids=inputs, use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), adam["gradClipNorm"])
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        loss.item()
        return time.perf_counter() - start

    for _ in range(workload["warmup"]):
        step()
    channel.ready(torch=torch.__version__, transformers=transformers.__version__)
    for _ in channel.requests():
        channel.reply(seconds=step())
