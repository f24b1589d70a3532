"""From folders to decoders: precisions, placements and what does not fit together."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from decoder_runs import opened, said
from safetensors.torch import load, save_file
from tiny_decoders import OURS

IDS = random.Random(4).choices(range(1, 592), k=60)
EIGHT_BITS = 0.05  # mean difference of log-probabilities from float32's; measured: 0.013 to 0.033
FEW_AND_MANY = 0.03  # the same, of two ways of multiplying in bfloat16; measured: up to 0.019


@pytest.fixture
def folder(tiny_model: Callable[[str], Path], tmp_path: Path) -> Path:
    """A copy that may be spoilt."""
    return Path(shutil.copytree(tiny_model("lean qwen2"), tmp_path / "model"))


@pytest.mark.parametrize("products", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("family", OURS)
def test_eight_bits_say_what_the_full_weights_say(
    tiny_model: Callable[[str], Path], family: str, products: torch.dtype
) -> None:
    """On processors without bfloat16 too, where keys, values and many rows are multiplied in float32."""
    expected = said(opened(tiny_model(family)), IDS)
    decoder = opened(tiny_model(family), "int8", products=products)
    assert decoder.new_cache().buffer.dtype == products
    many, few = said(decoder, IDS), said(decoder, IDS, *(1,) * len(IDS))
    assert (many - expected).abs().mean() < EIGHT_BITS
    assert (many - few).abs().mean() < FEW_AND_MANY


def test_four_bits_say_something_like_it(tiny_model: Callable[[str], Path]) -> None:
    """Random weights, which have no redundancy, suffer far more than those of a model that learnt."""
    expected = said(opened(tiny_model("llama, tied")), IDS)
    found = said(opened(tiny_model("llama, tied"), "int4"), IDS)
    assert (found - expected).abs().mean() < 0.5  # measured: 0.32


def test_what_cannot_be_packed_stays_as_it_is(folder: Path) -> None:
    weights = load((folder / "model.safetensors").read_bytes())
    odd = (len(weights["lm_head.weight"]) - 5, 64)
    for name in ("lm_head.weight", "model.embed_tokens.weight"):
        weights[name] = weights[name][: odd[0]].clone()
    save_file(weights, folder / "model.safetensors")
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"vocab_size": 640', '"vocab_size": 635'))
    found = said(opened(folder, "int8"), IDS)
    assert found.shape == (len(IDS), 635)
    assert (found - said(opened(folder), IDS)).abs().mean() < EIGHT_BITS


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("model.layers.0.self_attn.q_proj.weight", (63, 64)),
        ("model.layers.0.self_attn.k_proj.weight", (32, 32)),
        ("model.layers.0.self_attn.k_proj.weight", (32,)),
        ("model.layers.0.self_attn.k_proj.bias", (31,)),
        ("model.layers.1.mlp.down_proj.weight", (96, 64)),
        ("model.embed_tokens.weight", (640, 32)),
        ("lm_head.weight", (639, 64)),
        ("model.norm.weight", (32,)),
        ("model.layers.0.input_layernorm.weight", (1,)),
    ],
)
@pytest.mark.parametrize("precision", ["float32", "int8"])
def test_weights_of_other_sizes_are_refused(
    folder: Path, name: str, size: tuple[int, ...], precision: str
) -> None:
    weights = load((folder / "model.safetensors").read_bytes())
    weights[name] = torch.zeros(size)
    save_file(weights, folder / "model.safetensors")
    with pytest.raises((IndexError, RuntimeError, ValueError)):
        opened(folder, precision)


@pytest.mark.parametrize("bias", ["q", "k", "v"])
def test_a_bias_that_is_missing_is_missed(folder: Path, bias: str) -> None:
    weights = load((folder / "model.safetensors").read_bytes())
    del weights[f"model.layers.1.self_attn.{bias}_proj.bias"]
    save_file(weights, folder / "model.safetensors")
    with pytest.raises(KeyError):
        opened(folder)


@pytest.mark.parametrize("family", ["lean llama", "lean gpt2"])
def test_names_may_leave_out_the_inner_model(
    tiny_model: Callable[[str], Path], family: str, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(tiny_model(family), tmp_path / "model"))
    expected = said(opened(folder), IDS)
    weights = load((folder / "model.safetensors").read_bytes())
    bare = {name.removeprefix("model.").removeprefix("transformer."): weights[name] for name in weights}
    assert bare.keys() != weights.keys()
    save_file(bare, folder / "model.safetensors")
    assert torch.equal(said(opened(folder), IDS), expected)
