"""One decode step of the Llama family on a CPU, as one TorchScript function.

Of the 8 ms of a step Python spends one on calling some seven hundred small operators. TorchScript's
interpreter calls the same operators without it, and without the interpreter's lock. The source is plain
Python all the same: where TorchScript cannot be had (it needs the source file, and torch may drop it one day)
it runs as it is.
"""

import warnings
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from app.engines.decoder.key_value_cache import KeyValueCache
from app.engines.decoder.layers import DecoderLayer, RmsNorm
from app.engines.decoder.linear import PackedLinear
from app.engines.decoder.shape import DecoderShape


def compiled(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Return `function` for TorchScript's interpreter, or as it is where that cannot be had."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            script: Callable[..., Tensor] = torch.jit.script(function)
            return script
    except (AttributeError, OSError, RuntimeError):
        return function


class PackedStep:
    """Runs one token through the layers of a model whose weights are packed."""

    def __init__(self, shape: DecoderShape, layers: Sequence[DecoderLayer]) -> None:
        norms, linears, biases = _gather(layers)
        self._sizes = [shape.heads, shape.kv_heads]
        self._eps = shape.norm_eps
        self._norms = norms
        self._weights = [linear.packed for linear in linears]
        self._scales = [linear.scales for linear in linears]
        self._biases = biases
        self._run = compiled(_decode_step)

    @staticmethod
    def fits(shape: DecoderShape, layers: Sequence[DecoderLayer]) -> bool:
        """Tell whether the layers are of the kind that this step knows."""
        kinds = (
            isinstance(linear, PackedLinear) and (linear.bias is None or position == 0)
            for layer in layers
            for position, linear in enumerate(_linears(layer))
        )
        plain = shape.rms_norm and not shape.query_key_norm and shape.embedding_scale == 1
        return plain and shape.activation == "silu" and all(kinds)

    def __call__(self, hidden: Tensor, turn: Tensor, cache: KeyValueCache) -> Tensor:
        """Return the hidden state behind the layers, [1, width], for the token's embedding, [1, width].

        Args:
            hidden: bfloat16; it is changed in place.
            turn: cosines and sines, [2, heads, head width].
            cache: where keys and values are written behind what is valid; its length is left as it is.
        """
        cache.reserve(1)
        return self._run(
            hidden, *turn.unbind(0), cache.buffer, cache.length, self._sizes, self._eps,
            self._norms, self._weights, self._scales, self._biases,
        )  # fmt: skip


def _linears(layer: DecoderLayer) -> tuple[object, ...]:
    feed_forward = layer.feed_forward
    return layer.query_key_value, layer.attention_out, feed_forward.first, feed_forward.second


def _gather(layers: Sequence[DecoderLayer]) -> tuple[list[Tensor], list[PackedLinear], list[Tensor]]:
    norms: list[Tensor] = []
    linears: list[PackedLinear] = []
    for layer in layers:
        for norm in (layer.attention_norm, layer.feed_forward_norm):
            assert isinstance(norm, RmsNorm)
            norms.append(norm.weight)
        linears += [linear for linear in _linears(layer) if isinstance(linear, PackedLinear)]
    return norms, linears, [linear.bias for linear in linears if linear.bias is not None]


# What follows is TorchScript: annotations are its types, and it calls only functions of its own and torch's.


def _product(row: Tensor, weight: Tensor, scales: Tensor) -> Tensor:
    """Return row Wᵀ for weights of four (packed, uint8) or eight bits (int8)."""
    if weight.dtype == torch.uint8:
        return torch.ops.aten._weight_int4pack_mm_for_cpu(row, weight, 32, scales)
    return torch.ops.aten._weight_int8pack_mm(row, weight, scales)


def _decode_step(
    hidden: Tensor,  # [1, width]
    cosine: Tensor,  # [heads + 2 * kv heads, head width]
    sine: Tensor,
    buffer: Tensor,  # KeyValueCache.buffer
    length: int,  # tokens in the cache
    sizes: list[int],  # heads, kv heads
    eps: float,
    norms: list[Tensor],  # of each layer: before attention, before the feed-forward layer
    weights: list[Tensor],  # of each layer: query, key and value; attention's output; first; second
    scales: list[Tensor],  # of the weights
    biases: list[Tensor],  # of query, key and value; none where the family has none
) -> Tensor:
    heads, kv_heads, width = sizes[0], sizes[1], cosine.size(1)
    slots = buffer.select(1, 0).select(2, length).unbind(0)  # each [2 * kv heads, head width]
    used = buffer.narrow(3, 0, length + 1)
    keys = used.narrow(2, 0, kv_heads).unbind(0)  # each [1, kv heads, tokens, head width]
    values = used.narrow(2, kv_heads, kv_heads).unbind(0)
    zero = torch.zeros([], dtype=hidden.dtype)
    flat = hidden.view(-1)
    for layer in range(len(slots)):
        # RMSNorm in three operators, because the factor is a plain number.
        factor = (torch.dot(flat, flat).item() / flat.size(0) + eps) ** -0.5
        normed = torch.addcmul(zero, hidden, norms[2 * layer], value=factor)
        turned = _product(normed, weights[4 * layer], scales[4 * layer]).view(-1, width)
        if len(biases) > 0:
            turned.view(-1).add_(biases[layer])
        turned = torch.addcmul(turned * cosine, turned.roll(width // 2, -1), sine)
        query, key_value = torch.split_with_sizes(turned, [heads, 2 * kv_heads])
        slots[layer].copy_(key_value)
        grouped = query.view(1, kv_heads, -1, width).to(buffer.dtype)
        found = functional.scaled_dot_product_attention(grouped, keys[layer], values[layer])
        hidden.add_(
            _product(found.reshape(1, -1).to(hidden.dtype), weights[4 * layer + 1], scales[4 * layer + 1])
        )

        factor = (torch.dot(flat, flat).item() / flat.size(0) + eps) ** -0.5
        normed = torch.addcmul(zero, hidden, norms[2 * layer + 1], value=factor)
        inner = _product(normed, weights[4 * layer + 2], scales[4 * layer + 2])
        gate, value = torch.split(inner, inner.size(1) // 2, 1)
        gated = functional.silu(gate).mul_(value)
        hidden.add_(_product(gated, weights[4 * layer + 3], scales[4 * layer + 3]))
    return hidden
