"""How a peer computes: precision of products, and compilation. bench/configurations.mjs names the combinations."""

import contextlib

import torch


class Configuration:
    def __init__(self, precision: str, compiled: bool) -> None:
        self.bf16 = precision == "bf16"
        self.compiled = compiled
        if precision == "medium":
            torch.set_float32_matmul_precision("medium")

    @property
    def dtype(self) -> torch.dtype:
        """Of weights that are only read."""
        return torch.bfloat16 if self.bf16 else torch.float32

    def autocast(self):
        """Around the forward pass of training, whose weights and optimiser stay in float32."""
        return torch.autocast("cpu", torch.bfloat16) if self.bf16 else contextlib.nullcontext()

    def compile(self, function, **options):
        return torch.compile(function, **options) if self.compiled else function


def configuration_of(workload: dict) -> Configuration:
    return Configuration(**workload["configuration"])
