"""Tiny models of every family that our decoder runs, and of some that are left to transformers.

Unlike a fresh model's, their biases and norms are random too, so that none can be forgotten unnoticed.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from tiny_models import CONTEXT, END_OF_TEXT, byte_level, save, seeded
from transformers import (
    Gemma2Config,
    Gemma2ForCausalLM,
    GemmaConfig,
    GemmaForCausalLM,
    GPT2Config,
    GPT2LMHeadModel,
    GPTNeoXConfig,
    GPTNeoXForCausalLM,
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    PreTrainedConfig,
    PreTrainedModel,
    Qwen2Config,
    Qwen2ForCausalLM,
    Qwen3Config,
    Qwen3ForCausalLM,
)

SIZES = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 640,
    "max_position_embeddings": CONTEXT,
    "bos_token_id": None,
    "eos_token_id": 0,
    "initializer_range": 0.15,
}
LLAMA_3 = {
    "rope_type": "llama3",
    "rope_theta": 10_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
BIASES = {"attention_bias": True, "mlp_bias": True}
LINEAR = {"rope_type": "linear", "rope_theta": 10_000.0, "factor": 2.0}
Maker = Callable[[Path], Path]


def make(
    model_class: type[PreTrainedModel], config_class: type[PreTrainedConfig], folder: Path, **changes: Any
) -> Path:
    """Save a model whose configuration differs from the common one by `changes`."""
    model = seeded(model_class, config_class(**{**SIZES, **changes}))
    chance = torch.Generator().manual_seed(8)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter += 0.3 * torch.randn(parameter.shape, generator=chance)
    return save(folder, model, byte_level([END_OF_TEXT]), eos_token=END_OF_TEXT)


llama = partial(make, LlamaForCausalLM, LlamaConfig)
mistral = partial(make, MistralForCausalLM, MistralConfig)
qwen2 = partial(make, Qwen2ForCausalLM, Qwen2Config)
qwen3 = partial(make, Qwen3ForCausalLM, Qwen3Config, head_dim=32)
gemma = partial(make, GemmaForCausalLM, GemmaConfig, head_dim=32)
gpt2 = partial(make, GPT2LMHeadModel, GPT2Config)

OURS: dict[str, Maker] = {
    "lean llama": llama,
    "llama with biases": partial(llama, **BIASES),
    "llama, tied": partial(llama, tie_word_embeddings=True),
    "llama, ungrouped": partial(llama, num_key_value_heads=4, head_dim=32),
    "llama 3": partial(llama, rope_parameters=LLAMA_3),
    "mistral, no window": partial(mistral, sliding_window=None),
    "lean qwen2": qwen2,
    "qwen2, tied": partial(qwen2, tie_word_embeddings=True),
    "qwen3": qwen3,
    "gemma": gemma,
    "lean gpt2": gpt2,
    "gpt2, exact gelu": partial(gpt2, activation_function="gelu", n_inner=96),
}
OTHERS: dict[str, Maker] = {
    "mistral, window": partial(mistral, sliding_window=24),
    "llama, linear": partial(llama, rope_parameters=LINEAR),
    "gemma2": partial(make, Gemma2ForCausalLM, Gemma2Config, head_dim=32, sliding_window=24),
    "gpt neox": partial(make, GPTNeoXForCausalLM, GPTNeoXConfig, rotary_pct=0.25),
}
EVERY = OURS | OTHERS
