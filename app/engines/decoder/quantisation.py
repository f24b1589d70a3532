"""Weights of eight and four bits, made of full ones or taken over from GGUF as they are."""

from dataclasses import dataclass

import torch
from torch import Tensor

GROUP = 32  # weights that share a scale and a minimum, of four bits; GGUF's block too
OUT_MULTIPLE = 16  # torch packs rows of weights in blocks of so many
MAX_INT4, MIDDLE_INT4 = 15, 8
MAX_INT8 = 127
SHRINKS = (1.0, 0.95, 0.9, 0.85)  # of a group's range, tried for the smallest error
Q4_1_BYTES = 20  # of a block: scale and minimum in float16, then the weights
Q4_1_FILE = "q4_1.blocks"  # beside a model: GGUF's blocks, under the names of the weights that they are


@dataclass(frozen=True, slots=True)
class Int8Weight:
    """w = integer * scale.

    integers: [out, in], int8. scales: [out], bfloat16.
    """

    integers: Tensor
    scales: Tensor


@dataclass(frozen=True, slots=True)
class Int4Weight:
    """w = (nibble - 8) * scale + zero, as `torch._weight_int4pack_mm_for_cpu` reads it.

    packed: [out, in / 2], uint8, in an order that depends on the processor.
    scales_and_zeros: [in / 32, out, 2], bfloat16.
    """

    packed: Tensor
    scales_and_zeros: Tensor


def can_pack(out_features: int, in_features: int) -> bool:
    """Tell whether the packed products take a weight of this shape."""
    return out_features % OUT_MULTIPLE == 0 and in_features % GROUP == 0


def quantise_int8(weight: Tensor) -> Int8Weight:
    """Round [out, in] weights to eight bits, row by row, symmetrically about zero."""
    weight = weight.float()
    scales = (weight.abs().amax(-1) / MAX_INT8).clamp_min(torch.finfo(torch.bfloat16).tiny).bfloat16()
    integers = (weight / scales.float()[:, None]).round_().clamp_(-MAX_INT8, MAX_INT8)
    return Int8Weight(integers.to(torch.int8), scales)


def quantise_int4(weight: Tensor) -> Int4Weight:
    """Round [out, in] weights to four bits in groups of 32, between a minimum and a maximum.

    Of some narrower ranges each group takes the one with the smallest squared error.
    """
    groups = weight.float().unflatten(-1, (-1, GROUP))  # [out, groups, 32]
    low, high = groups.amin(-1, keepdim=True), groups.amax(-1, keepdim=True)
    best_error = torch.full_like(low, torch.inf)
    best = torch.zeros_like(groups), torch.zeros_like(low), torch.zeros_like(low)
    for shrink in SHRINKS:
        middle, reach = (low + high) / 2, (high - low) / 2 * shrink
        scale = (2 * reach / MAX_INT4).clamp_min(torch.finfo(torch.bfloat16).tiny).bfloat16().float()
        zero = (middle - reach + MIDDLE_INT4 * scale).bfloat16().float()
        nibbles = ((groups - zero) / scale + MIDDLE_INT4).round_().clamp_(0, MAX_INT4)
        error = ((nibbles - MIDDLE_INT4) * scale + zero - groups).square().sum(-1, keepdim=True)
        better = error < best_error
        best_error = torch.where(better, error, best_error)
        best = tuple(
            torch.where(better, new, old) for new, old in zip((nibbles, scale, zero), best, strict=True)
        )
    nibbles, scale, zero = best
    return pack_int4(nibbles.flatten(1), scale.squeeze(-1), zero.squeeze(-1))


def pack_int4(nibbles: Tensor, scales: Tensor, zeros: Tensor) -> Int4Weight:
    """Pack for this processor: nibbles [out, in], 0 to 15; scales and zeros [out, in / 32]."""
    packed = torch._convert_weight_to_int4pack_for_cpu(nibbles.to(torch.int32), 1)
    both = torch.stack([scales.bfloat16(), zeros.bfloat16()], -1)  # [out, groups, 2]
    return Int4Weight(packed, both.transpose(0, 1).contiguous())


def take_over_q4_1(blocks: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Read GGUF's Q4_1: blocks of 32 weights w = d q + m.

    Args:
        blocks: [out, blocks * 20], uint8: d, m (float16), then 16 bytes whose low halves hold the first 16
            weights and whose high halves the others.

    Returns:
        nibbles [out, in], scales [out, blocks] and zeros [out, blocks], float32, for `pack_int4`.
    """
    out = len(blocks)
    blocks = blocks.reshape(out, -1, Q4_1_BYTES)
    scales_and_minima = blocks[..., :4].contiguous().view(torch.float16).float()  # [out, blocks, 2]
    halves = blocks[..., 4:]
    nibbles = torch.cat([halves & 15, halves >> 4], -1).flatten(1)
    scales, minima = scales_and_minima.unbind(-1)
    return nibbles, scales, minima + MIDDLE_INT4 * scales
