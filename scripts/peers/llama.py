"""The peers' model: the one our engine exported, in Hugging Face transformers."""

import torch
from transformers import LlamaForCausalLM


def load_llama(folder: str) -> LlamaForCausalLM:
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa")
