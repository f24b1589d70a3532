"""The keys and values of the tokens that the model has read."""

import copy

import torch
from torch import Tensor

from app.engines.decoder.shape import DecoderShape


class KeyValueCache:
    """Keys and values in one preallocated buffer, [layers, texts, 2 * kv heads, capacity, head width].

    The keys of a layer lie before its values, so that one copy writes both. `length` tokens are valid. What
    lies behind is finite and free to be written over; a forward pass that fails leaves the cache as it was.

    Args:
        shape: of the model.
        device: where the buffer lies.
        precision: of keys and values.
        texts: how many of the same length.
        capacity: tokens of each that there is room for at first; doubled whenever it is used up.
    """

    def __init__(
        self, shape: DecoderShape, device: torch.device, precision: torch.dtype, texts: int, capacity: int
    ) -> None:
        self._shape = shape
        self._texts = texts
        self._device = device
        self._precision = precision
        self.length = 0
        self._first_capacity = capacity
        self.buffer = self._allocate(capacity)

    def reserve(self, tokens: int) -> None:
        """Make room for so many more tokens."""
        if self.length + tokens > self.buffer.shape[3]:
            self.buffer = self._moved_into(self.length + tokens)

    def cut(self, length: int) -> None:
        """Forget all but the first `length` tokens."""
        self.length = min(self.length, length)

    def copy(self) -> "KeyValueCache":
        """Return a cache of its own with the same tokens."""
        other = copy.copy(self)
        other.buffer = self._moved_into(self.length)
        return other

    def layers(self, tokens: int) -> list[tuple[Tensor, Tensor]]:
        """Return views of every layer's keys and values, each [texts, kv heads, tokens, head width]."""
        heads = self._shape.kv_heads
        used = self.buffer[:, :, :, :tokens]
        keys, values = used[:, :, :heads].unbind(0), used[:, :, heads:].unbind(0)
        return list(zip(keys, values, strict=True))

    def _moved_into(self, tokens: int) -> Tensor:
        """Return a buffer for so many tokens that holds what this one does."""
        capacity = self._first_capacity
        while capacity < tokens:
            capacity *= 2
        buffer = self._allocate(min(capacity, max(self._shape.context_length, tokens)))
        buffer[:, :, :, : self.length] = self.buffer[:, :, :, : self.length]
        return buffer

    def _allocate(self, capacity: int) -> Tensor:
        shape = self._shape
        return torch.zeros(
            (shape.layers, self._texts, 2 * shape.kv_heads, capacity, shape.head_width),
            dtype=self._precision,
            device=self._device,
        )
