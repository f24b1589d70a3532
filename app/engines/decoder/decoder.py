"""The forward pass: prefill and decode, for every family that `shape` knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.engines.decoder.attention import Attention, Branches, Chunk, OneToken
from app.engines.decoder.key_value_cache import KeyValueCache
from app.engines.decoder.layers import DecoderLayer, Norm
from app.engines.decoder.linear import Linear
from app.engines.decoder.rotary import rotation_table
from app.engines.decoder.shape import DecoderShape
from app.engines.decoder.step import PackedStep

FIRST_TABLE = 1024  # positions; doubled whenever it is used up


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
        self._rotation = self._make_rotation(FIRST_TABLE)
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
        logits = self.logits(hidden[-logits_of:])
        cache.length += len(ids)  # last, so that a pass that fails changes nothing
        return logits

    def decode(self, token: int, cache: KeyValueCache) -> Tensor:
        """Read one token; return the logits behind it, [1, vocabulary], float32."""
        positions = torch.tensor([cache.length], device=self._weights.embedding.device)
        if self._packed_step is not None:
            hidden = self._packed_step(self._embed([token], positions), self._rotation_of(positions), cache)
        else:
            hidden = self.forward([token], positions, OneToken(self.shape, cache))
        logits = self.logits(hidden)
        cache.length += 1
        return logits

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
        turn = self._rotation_of(positions) if shape.rotary else None
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

    def _rotation_of(self, positions: Tensor) -> tuple[Tensor, Tensor]:
        """Return cosines and sines for all heads, [rows, heads, head width]; values turn by nothing.

        Turning them too costs less than to part them from queries and keys and to join them again.
        """
        shape = self.shape
        last = int(positions[-1])
        while last >= len(self._rotation[0]):
            self._rotation = self._make_rotation(2 * len(self._rotation[0]))
        cosines, sines = (table[positions].unsqueeze(1) for table in self._rotation)
        turning = shape.heads + shape.kv_heads
        all_heads = (len(positions), turning + shape.kv_heads, shape.head_width)
        cosine, sine = cosines.new_ones(all_heads), sines.new_zeros(all_heads)
        cosine[:, :turning], sine[:, :turning] = cosines, sines
        return cosine, sine

    def _make_rotation(self, positions: int) -> tuple[Tensor, Tensor]:
        embedding = self._weights.embedding
        if self.shape.rotary is None:
            return embedding.new_empty(0), embedding.new_empty(0)
        tables = rotation_table(self.shape.rotary, self.shape.head_width, 0, positions)
        cosines, sines = (table.to(embedding.device, embedding.dtype) for table in tables)
        return cosines, sines
