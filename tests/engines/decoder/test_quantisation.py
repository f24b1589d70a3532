"""Weights of eight and four bits: how far from the full ones they are, and what their products are."""

import numpy as np
import pytest
import torch
from gguf import GGMLQuantizationType, dequantize, quantize
from torch import Tensor
from torch.nn import functional

from app.engines.decoder.linear import FEW_ROWS, Int4Linear, Int8Linear
from app.engines.decoder.quantisation import (
    GROUP,
    MIDDLE_INT4,
    can_pack,
    pack_int4,
    quantise_int4,
    quantise_int8,
    take_over_q4_1,
)
from app.engines.gguf_conversion import _unpermute

OUT, IN = 96, 128
PRODUCT = 0.005  # of the largest: what multiplying in bfloat16 rounds


def weights(seed: int = 1, spread: float = 0.04) -> Tensor:
    return spread * torch.randn(OUT, IN, generator=torch.Generator().manual_seed(seed))


def unpacked(linear: Int4Linear | Int8Linear, columns: int = IN) -> Tensor:
    """Return what the packed product takes the weights for, [out, in], a few columns at a time."""
    identity = torch.eye(columns, dtype=torch.bfloat16)
    return torch.cat([linear._few(part) for part in identity.split(FEW_ROWS)]).t().float()


def test_eight_bits_are_off_by_half_a_step_at_most() -> None:
    weight = weights()
    made = quantise_int8(weight)
    restored = made.integers * made.scales.float()[:, None]
    assert ((restored - weight).abs() <= 0.51 * made.scales.float()[:, None]).all()
    assert torch.equal(unpacked(Int8Linear(made)), restored.bfloat16().float())


def test_four_bits_are_off_by_a_step_or_two_and_half_of_one_on_average() -> None:
    weight = weights()
    groups = weight.unflatten(-1, (-1, GROUP))
    step = (groups.amax(-1) - groups.amin(-1)) / 15
    error = (unpacked(Int4Linear(quantise_int4(weight))) - weight).unflatten(-1, (-1, GROUP))
    assert (error.abs() <= 1.7 * step[..., None]).all()  # what lies outside of a range that was narrowed
    even = step / 12**0.5  # root mean square of rounding to even steps
    assert (error.square().mean(-1).sqrt() <= 1.3 * even).float().mean() > 0.95
    assert error.square().mean().sqrt() < even.square().mean().sqrt()  # narrowing has to pay


@pytest.mark.parametrize(
    "weight",
    [
        torch.zeros(OUT, IN),
        torch.full((OUT, IN), 0.3),
        torch.eye(OUT, IN),
        weights(2) + 1.0,
        weights(3, 1e-30),
        weights(4, 1e4),
    ],
    ids=["zeros", "one value", "few that are large", "far from zero", "tiny", "huge"],
)
def test_odd_weights_make_no_nonsense(weight: Tensor) -> None:
    largest = weight.abs().max().clamp_min(1e-37)
    four, eight = Int4Linear(quantise_int4(weight)), Int8Linear(quantise_int8(weight))
    assert (unpacked(eight) - weight).abs().max() <= 0.01 * largest
    assert (unpacked(four) - weight).abs().max() <= 0.15 * largest


def blocks_of(weight: Tensor) -> tuple[Tensor, Tensor]:
    """Return GGUF's blocks of four bits, and what GGUF takes them for."""
    blocks = quantize(weight.numpy(), GGMLQuantizationType.Q4_1)
    return torch.tensor(blocks), torch.tensor(dequantize(blocks, GGMLQuantizationType.Q4_1))


def test_blocks_are_taken_over_as_they_are() -> None:
    blocks, expected = blocks_of(weights())
    nibbles, scales, zeros = take_over_q4_1(blocks)
    assert nibbles.min() == 0
    assert nibbles.max() == 15
    grouped = nibbles.unflatten(-1, (-1, GROUP)).float() - MIDDLE_INT4
    restored = (grouped * scales[..., None] + zeros[..., None]).flatten(1)
    torch.testing.assert_close(restored, expected, atol=1e-7, rtol=1e-6)


def test_the_packed_product_is_that_of_the_blocks() -> None:
    blocks, expected = blocks_of(weights())
    linear = Int4Linear(pack_int4(*take_over_q4_1(blocks)))
    rows = torch.randn(FEW_ROWS, IN, generator=torch.Generator().manual_seed(5)).bfloat16()
    product = functional.linear(rows.float(), expected)
    assert (linear(rows).float() - product).norm() <= PRODUCT * product.norm()


def test_blocks_whose_rows_change_places_are_the_weights_whose_rows_do() -> None:
    """GGUF keeps queries and keys in another order of rows."""
    blocks, expected = blocks_of(weights())
    nibbles, scales, zeros = take_over_q4_1(_unpermute(blocks, heads=6))
    grouped = nibbles.unflatten(-1, (-1, GROUP)).float() - MIDDLE_INT4
    restored = (grouped * scales[..., None] + zeros[..., None]).flatten(1)
    torch.testing.assert_close(restored, _unpermute(expected, heads=6), atol=1e-7, rtol=1e-6)
    assert not np.array_equal(_unpermute(blocks, heads=6), blocks)


@pytest.mark.parametrize("products", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize("kind", ["int8", "int4", "int4 of blocks"])
def test_few_rows_and_many_have_the_same_products(kind: str, products: torch.dtype) -> None:
    blocks, restored = blocks_of(weights())
    bias = torch.randn(OUT, generator=torch.Generator().manual_seed(6)).bfloat16()
    halves = tuple(restored.bfloat16().split(OUT // 2))
    linear = {
        "int8": lambda: Int8Linear(quantise_int8(restored), bias, products),
        "int4": lambda: Int4Linear(quantise_int4(restored), bias, products),
        "int4 of blocks": lambda: Int4Linear(pack_int4(*take_over_q4_1(blocks)), bias, products, halves),
    }[kind]()
    rows = torch.randn(40, IN, generator=torch.Generator().manual_seed(7)).bfloat16()
    many, few = linear(rows), torch.cat([linear(part) for part in rows.split(FEW_ROWS)])
    assert many.dtype == few.dtype == torch.bfloat16
    assert (many.float() - few.float()).norm() <= PRODUCT * few.float().norm()
    exact = functional.linear(rows.float(), unpacked(linear), bias.float())
    assert (few.float() - exact).norm() <= PRODUCT * exact.norm()


@pytest.mark.parametrize(
    ("size", "fits"), [((16, 32), True), ((50257, 768), False), ((96, 100), False), ((49152, 576), True)]
)
def test_what_can_be_packed(size: tuple[int, int], fits: bool) -> None:
    assert can_pack(*size) is fits
