"""The keys and values of the tokens that the model has read."""

import torch
from torch import Tensor

from app.engines.decoder.shape import DecoderShape

FIRST_CAPACITY = 512  # tokens; doubled whenever it is used up


class KeyValueCache:
    """Keys and values in one preallocated buffer, [layers, texts, 2 * kv heads, capacity, head width].

    The keys of a layer lie before its values, so that one copy writes both. `length` tokens are valid. What
    lies behind is finite and free to be written over; a forward pass that fails leaves the cache as it was.
    """

    def __init__(
        self, shape: DecoderShape, device: torch.device, precision: torch.dtype, texts: int = 1
    ) -> None:
        self._shape = shape
        self._texts = texts
        self._device = device
        self._precision = precision
        self.length = 0
        self.buffer = self._allocate(FIRST_CAPACITY)

    def reserve(self, tokens: int) -> None:
        """Make room for so many more tokens."""
        capacity = self.buffer.shape[3]
        if self.length + tokens <= capacity:
            return
        while capacity < self.length + tokens:
            capacity *= 2
        bigger = self._allocate(min(capacity, max(self._shape.context_length, self.length + tokens)))
        bigger[:, :, :, : self.length] = self.buffer[:, :, :, : self.length]
        self.buffer = bigger

    def cut(self, length: int) -> None:
        """Forget all but the first `length` tokens."""
        self.length = min(self.length, length)

    def copy(self) -> "KeyValueCache":
        """Return a cache of its own with the same tokens."""
        other = KeyValueCache(self._shape, self._device, self._precision, self._texts)
        other.reserve(self.length)
        other.buffer[:, :, :, : self.length] = self.buffer[:, :, :, : self.length]
        other.length = self.length
        return other

    def layers(self, tokens: int) -> list[tuple[Tensor, Tensor]]:
        """Return views of every layer's keys and values, each [texts, kv heads, tokens, head width]."""
        heads = self._shape.kv_heads
        used = self.buffer[:, :, :, :tokens]
        keys, values = used[:, :, :heads].unbind(0), used[:, :, heads:].unbind(0)
        return list(zip(keys, values, strict=True))

    def _allocate(self, capacity: int) -> Tensor:
        shape = self._shape
        return torch.zeros(
            (shape.layers, self._texts, 2 * shape.kv_heads, capacity, shape.head_width),
            dtype=self._precision,
            device=self._device,
        )
