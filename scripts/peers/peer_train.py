"""Training in PyTorch, eager or compiled, in float32 or under bfloat16 autocast: forward, cross-entropy, backward, clipping, AdamW."""

import time

import torch
import transformers
from configuration import configuration_of
from llama import load_llama


def serve(channel, workload: dict, model_folder: str) -> None:
    train, adam = workload["sizes"], workload["adam"]
    configuration = configuration_of(workload)
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

    def loss_of(inputs: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        # `use_cache` would build a KV cache that training never reads.
        logits = model(input_ids=inputs, use_cache=False).logits
        return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets)

    compiled_loss = configuration.compile(loss_of)

    def step() -> float:
        start = time.perf_counter()
        with configuration.autocast():
            loss = compiled_loss(inputs, targets)
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
