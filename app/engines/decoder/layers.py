"""The parts of a decoder layer other than attention."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from app.engines.decoder.linear import Linear
from app.engines.decoder.shape import Activation


class Norm(Protocol):
    """Brings hidden states to one size."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Return the normed [rows, width] as a new tensor."""


class RmsNorm:
    """RMSNorm (Zhang & Sennrich, 2019). weight: [width], any offset already added."""

    def __init__(self, weight: Tensor, eps: float) -> None:
        self.weight = weight
        self._eps = eps
        self._zero = weight.new_zeros(())

    def __call__(self, rows: Tensor) -> Tensor:
        """See `Norm`."""
        if rows.numel() > rows.shape[-1] or rows.device.type != "cpu":
            return functional.rms_norm(rows, self.weight.shape, self.weight, self._eps)
        # torch's own takes six operators; for one row three do, because the factor is a plain number.
        length = torch.linalg.vector_norm(rows, dtype=torch.float32).item()
        factor = (length * length / rows.shape[-1] + self._eps) ** -0.5
        return torch.addcmul(self._zero, rows, self.weight, value=factor)


class LayerNorm:
    """LayerNorm (Ba et al., 2016). weight, bias: [width]."""

    def __init__(self, weight: Tensor, bias: Tensor, eps: float) -> None:
        self._weight = weight
        self._bias = bias
        self._eps = eps

    def __call__(self, rows: Tensor) -> Tensor:
        """See `Norm`."""
        return functional.layer_norm(rows, self._weight.shape, self._weight, self._bias, self._eps)


class FeedForward:
    """The feed-forward layer, gated (Shazeer, 2020) or plain.

    Args:
        first: to the hidden width; gate and value in one product where it is gated.
        second: back to the model's width.
        activation: its name.
        gated: whether `first` holds a gate.
    """

    def __init__(self, first: Linear, second: Linear, activation: Activation, gated: bool) -> None:
        self.first = first
        self.second = second
        self._activation = activation
        self._gated = gated

    def __call__(self, rows: Tensor) -> Tensor:
        """Return [rows, width]."""
        inner = self.first(rows)
        if not self._gated:
            return self.second(self._activate(inner))
        gate, value = inner.chunk(2, -1)
        return self.second(self._activate(gate).mul_(value))

    def _activate(self, inner: Tensor) -> Tensor:
        if self._activation == "silu":
            return functional.silu(inner)
        return functional.gelu(inner, approximate="tanh" if self._activation == "gelu_tanh" else "none")


@dataclass(frozen=True, slots=True)
class DecoderLayer:
    """One layer. query_key_norm: the norms of single heads, where the family has them."""

    attention_norm: Norm
    query_key_value: Linear
    attention_out: Linear
    feed_forward_norm: Norm
    feed_forward: FeedForward
    query_key_norm: tuple[RmsNorm, RmsNorm] | None = None
