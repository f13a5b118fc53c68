"""PyTorch's matrix product rate: the ceiling of the other peers on this machine."""

import time

import torch
from configuration import configuration_of


def serve(channel, workload: dict, model_folder: str) -> None:
    size, products = workload["matmul"]["size"], workload["matmul"]["products"]
    dtype = configuration_of(workload).dtype
    a, b = torch.rand(size, size, dtype=dtype), torch.rand(size, size, dtype=dtype)
    out = torch.empty(size, size, dtype=dtype)

    def run() -> float:
        start = time.perf_counter()
        for _ in range(products):
            torch.matmul(a, b, out=out)
        return time.perf_counter() - start

    run()
    channel.ready(torch=torch.__version__)
    for _ in channel.requests():
        channel.reply(seconds=run())
