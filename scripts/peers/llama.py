"""The peers' model: the one our engine exported, in Hugging Face transformers."""

import torch
from transformers import LlamaForCausalLM


def load_llama(folder: str, dtype: torch.dtype = torch.float32) -> LlamaForCausalLM:
    return LlamaForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa")
