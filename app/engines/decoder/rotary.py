"""Rotary position embedding (Su et al., 2021), with the stretching of Llama 3."""

import math

import torch

from app.engines.decoder.shape import Rotary


def inverse_frequencies(rotary: Rotary, head_width: int) -> torch.Tensor:
    """Return the radians that each pair of numbers turns by per position, [head width / 2], float32."""
    exponents = torch.arange(0, head_width, 2, dtype=torch.int64).float() / head_width
    frequencies = 1.0 / rotary.theta**exponents
    return _stretch(frequencies, dict(rotary.scaling)) if rotary.scaling else frequencies


def rotation_table(
    rotary: Rotary, head_width: int, start: int, end: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cosines and signed sines for the positions `start` to `end`, each [positions, head width].

    A head h turns into `h * cos + roll(h, half) * sin`: the first half of the sines is negative, because
    the pairs are (i, i + half).
    """
    angles = torch.outer(torch.arange(start, end).float(), inverse_frequencies(rotary, head_width))
    sines = angles.sin()
    return torch.cat([angles, angles], -1).cos(), torch.cat([-sines, sines], -1)


def _stretch(frequencies: torch.Tensor, scaling: dict[str, float]) -> torch.Tensor:
    """Stretch long wavelengths, leave short ones, and blend between (Llama 3.1's model card and code)."""
    factor, length = scaling["factor"], scaling["original_max_position_embeddings"]
    low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
    wavelengths = 2 * math.pi / frequencies
    blend = ((length / wavelengths - low) / (high - low)).clamp(0, 1)  # 0 stretched, 1 as it is
    return frequencies / factor * (1 - blend) + frequencies * blend
