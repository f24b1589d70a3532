"""Attention over what the cache holds: for one token, for a chunk of the prompt, for branches of a batch.

Each is built for one step and called once per layer. The query heads that share a key/value head are laid out
as further rows of it, so grouped queries (Ainslie et al., 2023) need no copies of keys and values.
"""

from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from app.engines.decoder.key_value_cache import KeyValueCache
from app.engines.decoder.shape import DecoderShape


class Attention(Protocol):
    """The attention of one step."""

    def __call__(self, layer: int, heads: Tensor) -> Tensor:
        """Write keys and values down and return what the queries find.

        Args:
            layer: its number.
            heads: [rows, query heads + key heads + value heads, head width], rotated.

        Returns:
            [rows, query heads * head width].
        """


class OneToken:
    """One token behind all that the cache holds."""

    def __init__(self, shape: DecoderShape, cache: KeyValueCache) -> None:
        cache.reserve(1)
        self._shape = shape
        self._slots = cache.buffer[:, 0, :, cache.length].unbind(0)  # each [2 * kv heads, head width]
        self._layers = cache.layers(cache.length + 1)

    def __call__(self, layer: int, heads: Tensor) -> Tensor:
        """See `Attention`."""
        shape = self._shape
        queries, keys_values = heads[0].split((shape.heads, 2 * shape.kv_heads))
        self._slots[layer].copy_(keys_values)
        keys, values = self._layers[layer]
        grouped = queries.view(1, shape.kv_heads, shape.group, shape.head_width)
        found = functional.scaled_dot_product_attention(grouped.to(keys.dtype), keys, values)
        return found.reshape(1, -1).to(heads.dtype)


class AnyToken:
    """One token at a position that is a number on the device; what lies behind it is masked.

    Nothing here depends on how long the text is, only on the cache's capacity.
    """

    def __init__(self, shape: DecoderShape, cache: KeyValueCache, position: Tensor) -> None:
        self._shape = shape
        self._position = position
        self._cells = cache.buffer[:, 0].unbind(0)  # each [2 * kv heads, capacity, head width]
        capacity = cache.buffer.shape[3]
        self._layers = cache.layers(capacity)
        self._mask = torch.arange(capacity, device=position.device).unsqueeze(0) <= position  # [1, capacity]

    def __call__(self, layer: int, heads: Tensor) -> Tensor:
        """See `Attention`."""
        shape = self._shape
        queries, keys_values = heads[0].split((shape.heads, 2 * shape.kv_heads))
        self._cells[layer].index_copy_(
            1, self._position, keys_values.unsqueeze(1).to(self._cells[layer].dtype)
        )
        keys, values = self._layers[layer]
        grouped = queries.view(1, shape.kv_heads, shape.group, shape.head_width).to(keys.dtype)
        found = functional.scaled_dot_product_attention(grouped, keys, values, attn_mask=self._mask)
        return found.reshape(1, -1).to(heads.dtype)


class Chunk:
    """Several tokens behind all that the cache holds, each of which sees those before it."""

    def __init__(self, shape: DecoderShape, cache: KeyValueCache, rows: int) -> None:
        cache.reserve(rows)
        self._rows = rows
        self._shape = shape
        start, end = cache.length, cache.length + rows
        self._slots = cache.buffer[:, 0, :, start:end].unbind(0)  # each [2 * kv heads, rows, head width]
        self._layers = cache.layers(end)
        buffer = cache.buffer
        mask = torch.full((rows, end), -torch.inf, dtype=buffer.dtype, device=buffer.device)
        self._mask = mask.triu_(start + 1).repeat(shape.group, 1)  # [group * rows, tokens]
        self._attend = (
            _in_products if buffer.device.type == "cpu" and buffer.dtype == torch.bfloat16 else _fused
        )

    def __call__(self, layer: int, heads: Tensor) -> Tensor:
        """See `Attention`."""
        shape, rows = self._shape, self._rows
        queries, keys_values = heads.split((shape.heads, 2 * shape.kv_heads), 1)
        self._slots[layer].copy_(keys_values.transpose(0, 1))
        keys, values = self._layers[layer]
        grouped = queries.reshape(rows, shape.kv_heads, shape.group, shape.head_width).permute(1, 2, 0, 3)
        found = self._attend(
            grouped.reshape(shape.kv_heads, shape.group * rows, shape.head_width).to(keys.dtype),
            keys[0],
            values[0],
            self._mask,
        )
        found = found.view(shape.heads, rows, shape.head_width).transpose(0, 1)
        return found.reshape(rows, -1).to(heads.dtype)


class Branches:
    """One token for each of several continuations of the same text, which all read its one cache.

    What they find there and in what is their own is joined by the sums of exponents (Dao et al., 2023;
    Juravsky et al., 2024, “Hydragen”).

    Args:
        shape: of the model.
        shared: the cache of the text before the branches.
        own: the cache of what they have written, one text for each.
    """

    def __init__(self, shape: DecoderShape, shared: KeyValueCache, own: KeyValueCache) -> None:
        own.reserve(1)
        self._shape = shape
        self._shared = shared.layers(shared.length)
        self._slots = own.buffer[:, :, :, own.length].unbind(0)  # each [branches, 2 * kv heads, head width]
        self._own = own.layers(own.length + 1)

    def __call__(self, layer: int, heads: Tensor) -> Tensor:
        """See `Attention`."""
        shape, branches = self._shape, len(heads)
        queries, keys_values = heads.split((shape.heads, 2 * shape.kv_heads), 1)
        self._slots[layer].copy_(keys_values)
        apart = queries.to(self._slots[0].dtype).view(branches, shape.kv_heads, shape.group, shape.head_width)
        together = apart.transpose(0, 1).reshape(1, shape.kv_heads, -1, shape.head_width)
        found_shared, shared = _attend_with_sums(together, *self._shared[layer])
        found_own, own = _attend_with_sums(apart, *self._own[layer])
        found_shared = found_shared.view(shape.kv_heads, branches, shape.group, -1).transpose(0, 1)
        shared = shared.view(shape.kv_heads, branches, shape.group).transpose(0, 1)
        share = torch.sigmoid(shared - own).to(found_own.dtype).unsqueeze(-1)
        return torch.lerp(found_own, found_shared, share).reshape(branches, -1).to(heads.dtype)


def _attend_with_sums(queries: Tensor, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Return what the queries find, and the logarithms of their sums of exponents, [texts, kv heads, rows].

    Args:
        queries: [texts, kv heads, rows, head width].
        keys: [texts, kv heads, tokens, head width].
        values: as the keys.
    """
    if queries.device.type == "cpu":
        found, sums = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(queries, keys, values)
        return found, sums
    scores = (queries @ keys.transpose(2, 3)).float() * queries.shape[-1] ** -0.5
    return scores.softmax(-1).to(values.dtype) @ values, scores.logsumexp(-1)


def _fused(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Return softmax(queries keysᵀ / √width + mask) values, for [kv heads, rows or tokens, width]."""
    return functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)


def _in_products(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
    """Do the same in three operators: on a CPU in bfloat16, they take half the time of the fused one."""
    scores = torch.baddbmm(mask, queries, keys.transpose(1, 2), alpha=queries.shape[-1] ** -0.5)
    return torch.bmm(scores.softmax(-1), values)
