"""The peers' model: the same architecture as ours, in Hugging Face transformers."""

from transformers import LlamaConfig, LlamaForCausalLM


def make_llama(model: dict) -> LlamaForCausalLM:
    """A randomly initialised float32 model from the fields of a `config.json`."""
    return LlamaForCausalLM._from_config(LlamaConfig(**model), attn_implementation="sdpa").float()
