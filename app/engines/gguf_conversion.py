"""Converts a model of the Llama family from GGUF to the layout that transformers loads fast.

transformers can read GGUF itself, but takes a quarter of a minute for it, each time. Here the file is read
once: its tensors are dequantised, renamed and written as bfloat16 safetensors, beside config.json and
tokenizer.json. Blocks of four bits (Q4_1) are written as they are, too: the decoder multiplies them so.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from gguf import GGMLQuantizationType, GGUFReader, TokenType, dequantize
from safetensors.torch import save
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM

from app.engines.decoder.quantisation import Q4_1_FILE
from app.engines.protocols import LoadStep
from app.errors import InklingError

WHOLE_MODEL = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
EACH_LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}
LAYER_TENSOR = re.compile(r"blk\.(\d+)\.(\w+)\.weight")

READ, TOKENIZED, DEQUANTISED = 0.25, 0.35, 0.9  # shares of the time that are over by then


def convert(source: Path, target: Path) -> Iterator[LoadStep]:
    """Convert the GGUF file `source` into the existing folder `target`, yielding before each step.

    Raises:
        InklingError: the file holds another kind of model.
        OSError: the disk is full or cannot be written.
    """
    yield LoadStep(0.0, "Reading the model")
    reader = GGUFReader(source)
    if _field(reader, "general.architecture") != "llama" or _field(reader, "tokenizer.ggml.model") != "gpt2":
        raise InklingError(f"{source.name} holds a kind of model that Inkling cannot convert.")

    yield LoadStep(READ, "Converting the tokenizer")
    _write_tokenizer(reader, target)

    config = _config(reader)
    tensors: dict[str, torch.Tensor] = {}
    blocks: dict[str, torch.Tensor] = {}
    for done, tensor in enumerate(reader.tensors):
        yield LoadStep(
            TOKENIZED + (DEQUANTISED - TOKENIZED) * done / len(reader.tensors), "Converting the weights"
        )
        name = _name(tensor)
        tensors[name] = _reorder(
            torch.tensor(dequantize(tensor.data, tensor.tensor_type)), name, config
        ).bfloat16()
        if tensor.tensor_type == GGMLQuantizationType.Q4_1:
            blocks[name] = _reorder(torch.tensor(tensor.data), name, config)
    _check_names_and_shapes(tensors, config)

    yield LoadStep(DEQUANTISED, "Writing the weights")
    # One write of our own: a full disk is then an OSError, which safetensors' save_file would disguise.
    (target / "model.safetensors").write_bytes(save(tensors, metadata={"format": "pt"}))
    (target / Q4_1_FILE).write_bytes(save(blocks))
    config.save_pretrained(target)
    GenerationConfig(
        bos_token_id=config.bos_token_id, eos_token_id=config.eos_token_id, pad_token_id=config.pad_token_id
    ).save_pretrained(target)


def _field(reader: GGUFReader, key: str) -> Any:
    field = reader.get_field(key)
    return None if field is None else field.contents()


def _config(reader: GGUFReader) -> LlamaConfig:
    def llama(key: str) -> Any:
        return _field(reader, f"llama.{key}")

    return LlamaConfig(
        architectures=[LlamaForCausalLM.__name__],
        dtype=torch.bfloat16,
        vocab_size=llama("vocab_size"),
        hidden_size=llama("embedding_length"),
        intermediate_size=llama("feed_forward_length"),
        num_hidden_layers=llama("block_count"),
        num_attention_heads=llama("attention.head_count"),
        num_key_value_heads=llama("attention.head_count_kv"),
        max_position_embeddings=llama("context_length"),
        rms_norm_eps=llama("attention.layer_norm_rms_epsilon"),
        rope_parameters={"rope_type": "default", "rope_theta": llama("rope.freq_base")},
        tie_word_embeddings=all(tensor.name != "output.weight" for tensor in reader.tensors),
        bos_token_id=_field(reader, "tokenizer.ggml.bos_token_id"),
        eos_token_id=_field(reader, "tokenizer.ggml.eos_token_id"),
        pad_token_id=_field(reader, "tokenizer.ggml.padding_token_id"),
    )


def _name(tensor: Any) -> str:
    """Return the name of a GGUF tensor in transformers."""
    layer = LAYER_TENSOR.fullmatch(tensor.name)
    if layer is None:
        return WHOLE_MODEL.get(str(tensor.name), str(tensor.name))
    number, kind = layer.groups()
    return f"model.layers.{number}.{EACH_LAYER.get(kind, kind)}.weight"


def _reorder(weight: torch.Tensor, name: str, config: LlamaConfig) -> torch.Tensor:
    """Return a weight, or its blocks, with the rows in transformers' order."""
    if ".q_proj." in name:
        return _unpermute(weight, config.num_attention_heads)
    if ".k_proj." in name:
        return _unpermute(weight, config.num_key_value_heads)
    return weight


def _unpermute(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Put the rows of a query or key projection back in order, [heads * head size, anything].

    GGUF interleaves the two halves of each head, which its rotary embedding turns as pairs.
    """
    rows, columns = weight.shape
    pairs = weight.reshape(heads, rows // heads // 2, 2, columns)
    return pairs.transpose(1, 2).reshape(rows, columns).contiguous()


def _check_names_and_shapes(tensors: dict[str, torch.Tensor], config: LlamaConfig) -> None:
    with torch.device("meta"):
        expected = {name: weight.shape for name, weight in LlamaForCausalLM(config).state_dict().items()}
    if config.tie_word_embeddings:
        del expected["lm_head.weight"]
    if expected != {name: weight.shape for name, weight in tensors.items()}:
        raise InklingError("The model’s file does not hold the weights that it should.")


def _write_tokenizer(reader: GGUFReader, target: Path) -> None:
    tokens: list[str] = _field(reader, "tokenizer.ggml.tokens")
    merges: list[str] = _field(reader, "tokenizer.ggml.merges")
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: index for index, token in enumerate(tokens)},
            merges=[(left, right) for left, right in (merge.split(" ") for merge in merges)],
        )
    )
    steps: list[pre_tokenizers.PreTokenizer] = [pre_tokenizers.ByteLevel(add_prefix_space=False)]
    if _field(reader, "tokenizer.ggml.pre") == "smollm":
        # Each digit stands alone, and so does the space before it; transformers' own conversion forgets that.
        steps.insert(0, pre_tokenizers.Digits(individual_digits=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(steps)
    tokenizer.decoder = decoders.ByteLevel()
    kinds: list[int] = _field(reader, "tokenizer.ggml.token_type")
    tokenizer.add_special_tokens(
        [
            AddedToken(token, special=True, normalized=False)
            for token, kind in zip(tokens, kinds, strict=True)
            if kind == TokenType.CONTROL
        ]
    )
    tokenizer.save(str(target / "tokenizer.json"))

    def token_of(role: str) -> str:
        index: int = _field(reader, f"tokenizer.ggml.{role}_token_id")
        return tokens[index]

    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": token_of("bos"),
        "eos_token": token_of("eos"),
        "unk_token": token_of("unknown"),
        "pad_token": token_of("padding"),
        "model_max_length": _field(reader, "llama.context_length"),
        "clean_up_tokenization_spaces": False,
        "chat_template": _field(reader, "tokenizer.chat_template"),
    }
    (target / "tokenizer_config.json").write_text(
        json.dumps(settings, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
