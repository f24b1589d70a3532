"""Rotary position embedding (Su et al., 2021), with the stretching of Llama 3."""

import math

import torch
from torch import Tensor

from app.engines.decoder.shape import DecoderShape, Rotary

FIRST_POSITIONS = 1024  # doubled whenever they are used up


class RotaryTable:
    """Cosines and sines for all heads of a token, values included, which turn by nothing.

    Turning them too costs less than to part them from queries and keys and to join them again. A head h turns
    into `h * cosine + roll(h, half) * sine`: the first half of the sines is negative, for the pairs are
    (i, i + half).
    """

    def __init__(self, shape: DecoderShape, device: torch.device, precision: torch.dtype) -> None:
        assert shape.rotary is not None
        self._rotary = shape.rotary
        self._turning = shape.heads + shape.kv_heads
        self._all_heads = self._turning + shape.kv_heads
        self._tables = torch.empty(2, 0, shape.head_width, dtype=precision, device=device)
        self._one = self._still(1)[:, 0]
        self.extend(FIRST_POSITIONS)

    def of(self, positions: Tensor) -> Tensor:
        """Return cosines and sines, [2, rows, heads, head width], of positions, [rows], within `extend`."""
        turn = self._still(len(positions))
        turn[:, :, : self._turning] = self._tables[:, positions].unsqueeze(2)
        return turn

    def at(self, position: int) -> Tensor:
        """Return cosines and sines, [2, heads, head width], of one position, until the next call."""
        self.extend(position + 1)
        self._one[:, : self._turning] = self._tables[:, position].unsqueeze(1)
        return self._one

    def _still(self, rows: int) -> Tensor:
        """Return what turns nothing: cosines of 1 and sines of 0."""
        size = rows, self._all_heads, self._tables.shape[-1]
        return torch.stack([self._tables.new_ones(size), self._tables.new_zeros(size)])

    def extend(self, positions: int) -> None:
        """Make the first positions known."""
        length = self._tables.shape[1]
        if positions > length:
            length = max(positions, 2 * length)
            angles = torch.outer(
                torch.arange(length).float(), inverse_frequencies(self._rotary, self._tables.shape[-1])
            )
            sines = angles.sin()
            tables = torch.stack([angles.cos().repeat(1, 2), torch.cat([-sines, sines], -1)])
            self._tables = tables.to(self._tables)


def inverse_frequencies(rotary: Rotary, head_width: int) -> torch.Tensor:
    """Return the radians that each pair of numbers turns by per position, [head width / 2], float32."""
    exponents = torch.arange(0, head_width, 2, dtype=torch.int64).float() / head_width
    frequencies = 1.0 / rotary.theta**exponents
    return _stretch(frequencies, dict(rotary.scaling)) if rotary.scaling else frequencies


def _stretch(frequencies: torch.Tensor, scaling: dict[str, float]) -> torch.Tensor:
    """Stretch long wavelengths, leave short ones, and blend between (Llama 3.1's model card and code)."""
    factor, length = scaling["factor"], scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    wavelengths = 2 * math.pi / frequencies
    blend = ((length / wavelengths - low) / (high - low)).clamp(0, 1)  # 0 stretched, 1 as it is
    return frequencies / factor * (1 - blend) + frequencies * blend
