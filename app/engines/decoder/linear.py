"""Linear layers in the precisions that weights are kept in, each by one fused product of torch's."""

from abc import ABC, abstractmethod
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from app.engines.decoder.quantisation import GROUP, Int4Weight, Int8Weight

FEW_ROWS = 8  # up to here the packed products, made for single rows, are the fastest


class Linear(Protocol):
    """y = x Wᵀ + b."""

    def __call__(self, rows: Tensor) -> Tensor:
        """Return [rows, out features] for `rows`, [rows, in features], in the same precision."""


class PlainLinear:
    """Weights as they are: bfloat16, float16 or float32, [out features, in features]."""

    def __init__(self, weight: Tensor, bias: Tensor | None = None) -> None:
        self._weight = weight
        self._bias = bias

    def __call__(self, rows: Tensor) -> Tensor:
        """See `Linear`."""
        return functional.linear(rows, self._weight, self._bias)


class PackedLinear(ABC):
    """Weights of fewer bits than the activations have; these must be bfloat16.

    packed: the integers. scales: what they are multiplied with. bias: [out features].
    products: the precision in which many rows are multiplied.
    """

    def __init__(self, packed: Tensor, scales: Tensor, bias: Tensor | None, products: torch.dtype) -> None:
        self.packed = packed
        self.scales = scales
        self.bias = bias
        self.products = products

    def __call__(self, rows: Tensor) -> Tensor:
        """See `Linear`."""
        product = self._few(rows) if len(rows) <= FEW_ROWS else self._many(rows)
        return product if self.bias is None else product.add_(self.bias)

    @abstractmethod
    def _few(self, rows: Tensor) -> Tensor:
        """Multiply up to `FEW_ROWS` rows."""

    @abstractmethod
    def _many(self, rows: Tensor) -> Tensor:
        """Multiply more of them."""


class Int8Linear(PackedLinear):
    """Weights of eight bits with a scale for each row."""

    def __init__(
        self, weight: Int8Weight, bias: Tensor | None = None, products: torch.dtype = torch.bfloat16
    ) -> None:
        super().__init__(weight.integers, weight.scales, bias, products)

    def _few(self, rows: Tensor) -> Tensor:
        return torch._weight_int8pack_mm(rows, self.packed, self.scales)

    def _many(self, rows: Tensor) -> Tensor:  # written out, the weights multiply many rows faster
        product = functional.linear(rows.to(self.products), self.packed.to(self.products))
        return product.mul_(self.scales).to(rows.dtype)


class Int4Linear(PackedLinear):
    """Weights of four bits in groups of 32.

    Args:
        weight: the packed weights.
        bias: [out features].
        products: see `PackedLinear`.
        unpacked: the same weights in bfloat16, one above the other, which multiply many rows faster;
            memory-mapped, so that they cost no memory of their own. Without them the packed ones do it all.
    """

    def __init__(
        self,
        weight: Int4Weight,
        bias: Tensor | None = None,
        products: torch.dtype = torch.bfloat16,
        unpacked: tuple[Tensor, ...] = (),
    ) -> None:
        super().__init__(weight.packed, weight.scales_and_zeros, bias, products)
        self._unpacked = unpacked

    def _few(self, rows: Tensor) -> Tensor:
        return torch._weight_int4pack_mm_for_cpu(rows, self.packed, GROUP, self.scales)

    def _many(self, rows: Tensor) -> Tensor:
        if not self._unpacked:
            return self._few(rows)
        wide = rows.to(self.products)
        parts = [functional.linear(wide, part.to(self.products)) for part in self._unpacked]
        return torch.cat(parts, -1).to(rows.dtype)
