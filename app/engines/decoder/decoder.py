"""The forward pass: prefill and decode, for every family that `shape` knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.engines.decoder.attention import Attention, Branches, Chunk, OneToken
from app.engines.decoder.key_value_cache import KeyValueCache
from app.engines.decoder.layers import DecoderLayer, Norm
from app.engines.decoder.linear import Linear
from app.engines.decoder.rotary import RotaryTable
from app.engines.decoder.shape import DecoderShape
from app.engines.decoder.step import PackedStep


@dataclass(frozen=True, slots=True)
class DecoderWeights:
    """Everything that was learnt.

    embedding: [vocabulary, width]. positions: [context length, width], where they are learnt.
    """

    embedding: Tensor
    layers: tuple[DecoderLayer, ...]
    norm: Norm
    head: Linear
    positions: Tensor | None = None


class Decoder:
    """Runs tokens through the model. It keeps no state of a text; that lies in the cache.

    Args:
        shape: of the model.
        weights: what was learnt.
        products: the precision of keys and values.
    """

    def __init__(self, shape: DecoderShape, weights: DecoderWeights, products: torch.dtype) -> None:
        self.shape = shape
        self._products = products
        self._weights = weights
        embedding = weights.embedding
        self._rotation = RotaryTable(shape, embedding.device, embedding.dtype) if shape.rotary else None
        self._packed_step = (
            PackedStep(shape, weights.layers) if PackedStep.fits(shape, weights.layers) else None
        )

    def new_cache(self, texts: int = 1) -> KeyValueCache:
        """Return an empty cache for this model, for so many texts of the same length."""
        return KeyValueCache(self.shape, self._weights.embedding.device, self._products, texts)

    def prefill(self, ids: Sequence[int], cache: KeyValueCache, logits_of: int = 1) -> Tensor:
        """Read `ids` behind what the cache holds.

        Returns:
            The logits behind each of the last `logits_of` of them, [logits_of, vocabulary], float32.
        """
        if len(ids) == 1:
            return self.decode(ids[0], cache)
        first = cache.length
        positions = torch.arange(first, first + len(ids), device=self._weights.embedding.device)
        hidden = self.forward(ids, positions, Chunk(self.shape, cache, len(ids)))
        cache.length += len(ids)
        return self.logits(hidden[-logits_of:])

    def decode(self, token: int, cache: KeyValueCache) -> Tensor:
        """Read one token; return the logits behind it, [1, vocabulary], float32."""
        if self._packed_step is not None and self._rotation is not None:
            hidden = self._weights.embedding[token : token + 1].clone()
            hidden = self._packed_step(hidden, self._rotation.at(cache.length), cache)
        else:
            positions = torch.tensor([cache.length], device=self._weights.embedding.device)
            hidden = self.forward([token], positions, OneToken(self.shape, cache))
        cache.length += 1
        return self.logits(hidden)

    def decode_branches(self, tokens: Sequence[int], shared: KeyValueCache, own: KeyValueCache) -> Tensor:
        """Read the next token of each of several continuations of one text.

        Args:
            tokens: one for each continuation.
            shared: the cache of the text, which stays as it is.
            own: the cache of the continuations.

        Returns:
            The logits behind each, [continuations, vocabulary], float32.
        """
        position = shared.length + own.length
        positions = torch.full((len(tokens),), position, device=self._weights.embedding.device)
        hidden = self.forward(tokens, positions, Branches(self.shape, shared, own))
        own.length += 1
        return self.logits(hidden)

    def forward(self, ids: Sequence[int], positions: Tensor, attention: Attention) -> Tensor:
        """Return the last hidden states, [rows, width], of `ids` at `positions` [rows]."""
        shape, weights = self.shape, self._weights
        rows = len(ids)
        hidden = self._embed(ids, positions)
        turn = None if self._rotation is None else self._rotation.of(positions)
        half, width = shape.head_width // 2, shape.head_width
        for number, layer in enumerate(weights.layers):
            heads = layer.query_key_value(layer.attention_norm(hidden)).view(rows, -1, width)
            if layer.query_key_norm is not None:
                heads = self._norm_heads(heads, layer)
            if turn is not None:
                heads = torch.addcmul(heads * turn[0], heads.roll(half, -1), turn[1])
            hidden.add_(layer.attention_out(attention(number, heads)))
            hidden.add_(layer.feed_forward(layer.feed_forward_norm(hidden)))
        return hidden

    def logits(self, hidden: Tensor) -> Tensor:
        """Return [rows, vocabulary], float32, for hidden states [rows, width]."""
        return self._weights.head(self._weights.norm(hidden)).float()

    def _embed(self, ids: Sequence[int], positions: Tensor) -> Tensor:
        embedding = self._weights.embedding
        hidden = embedding[torch.tensor(ids, device=embedding.device)]
        if self.shape.embedding_scale != 1:
            hidden.mul_(torch.tensor(self.shape.embedding_scale, dtype=hidden.dtype))
        if self._weights.positions is not None:
            hidden.add_(self._weights.positions[positions])
        return hidden

    def _norm_heads(self, heads: Tensor, layer: DecoderLayer) -> Tensor:
        assert layer.query_key_norm is not None
        shape = self.shape
        queries, keys, values = heads.split((shape.heads, shape.kv_heads, shape.kv_heads), 1)
        query_norm, key_norm = layer.query_key_norm
        return torch.cat([query_norm(queries), key_norm(keys), values], 1)
