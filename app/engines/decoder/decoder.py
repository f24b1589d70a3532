"""The forward pass: prefill and decode, for every family that `shape` knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from app.engines.decoder.attention import AnyToken, Attention, Branches, Chunk, OneToken
from app.engines.decoder.graphed_step import GraphedStep
from app.engines.decoder.key_value_cache import KeyValueCache
from app.engines.decoder.layers import DecoderLayer, Norm
from app.engines.decoder.linear import Linear
from app.engines.decoder.rotary import RotaryTable
from app.engines.decoder.shape import DecoderShape
from app.engines.decoder.step import PackedStep

FIRST_CAPACITY = 512  # tokens that a new cache has room for
FIRST_OF_BRANCHES = 16  # most branches are no longer than a word, and 20 times 512 tokens take 90 ms to clear


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
        self.device = weights.embedding.device
        # Families that scale their embeddings round the factor first.
        self._embedding_scale = weights.embedding.new_tensor(shape.embedding_scale)
        self._rotation = RotaryTable(shape, self.device, weights.embedding.dtype) if shape.rotary else None
        self._packed_step = (
            PackedStep(shape, weights.layers) if PackedStep.fits(shape, weights.layers) else None
        )
        self._graphed_step = GraphedStep(self) if self.device.type == "cuda" else None

    def new_cache(self) -> KeyValueCache:
        """Return an empty cache for a text."""
        return KeyValueCache(self.shape, self.device, self._products, 1, FIRST_CAPACITY)

    def new_branches(self, count: int) -> KeyValueCache:
        """Return an empty cache for so many continuations of a text, see `decode_branches`."""
        return KeyValueCache(self.shape, self.device, self._products, count, FIRST_OF_BRANCHES)

    def prefill(self, ids: Sequence[int], cache: KeyValueCache, logits_of: int = 1) -> Tensor:
        """Read `ids` behind what the cache holds.

        Returns:
            The logits behind each of the last `logits_of` of them, [logits_of, vocabulary], float32.
        """
        if len(ids) == 1 and self._graphed_step is None:  # a graph belongs to the cache that is decoded in
            return self.decode(ids[0], cache)
        self.know_positions(cache.length + len(ids))
        positions = torch.arange(cache.length, cache.length + len(ids), device=self.device)
        hidden = self._embed(torch.tensor(ids, device=self.device), positions)
        hidden = self.forward(hidden, self._turn(positions), Chunk(self.shape, cache, len(ids)))
        logits = self.logits(hidden[-logits_of:])
        cache.length += len(ids)  # last, so that a pass that fails changes nothing
        return logits

    def decode(self, token: int, cache: KeyValueCache) -> Tensor:
        """Read one token; return the logits behind it, [1, vocabulary], float32."""
        if self._packed_step is not None and self._rotation is not None:
            hidden = self._weights.embedding[token : token + 1].clone()
            hidden = self._packed_step(hidden, self._rotation.at(cache.length), cache)
            logits = self.logits(hidden)
        elif self._graphed_step is not None:
            logits = self._graphed_step(token, cache)
        else:
            self.know_positions(cache.length + 1)
            positions = torch.tensor([cache.length], device=self.device)
            hidden = self._embed(torch.tensor([token], device=self.device), positions)
            hidden = self.forward(hidden, self._turn(positions), OneToken(self.shape, cache))
            logits = self.logits(hidden)
        cache.length += 1
        return logits

    def decode_static(self, token: Tensor, position: Tensor, cache: KeyValueCache) -> Tensor:
        """Do the same with nothing but operators on the device, so that a graph of them can be replayed.

        The cache's length stays as it is.

        Args:
            token: [1].
            position: [1], the number of tokens in the cache, which has room for one more.
            cache: of the text.
        """
        hidden = self._embed(token, position)
        return self.logits(self.forward(hidden, self._turn(position), AnyToken(self.shape, cache, position)))

    def decode_branches(self, tokens: Sequence[int], shared: KeyValueCache, own: KeyValueCache) -> Tensor:
        """Read the next token of each of several continuations of one text.

        Args:
            tokens: one for each continuation.
            shared: the cache of the text, which stays as it is.
            own: the cache of the continuations.

        Returns:
            The logits behind each, [continuations, vocabulary], float32.
        """
        self.know_positions(shared.length + own.length + 1)
        positions = torch.full((len(tokens),), shared.length + own.length, device=self.device)
        hidden = self._embed(torch.tensor(tokens, device=self.device), positions)
        hidden = self.forward(hidden, self._turn(positions), Branches(self.shape, shared, own))
        own.length += 1
        return self.logits(hidden)

    def forward(self, hidden: Tensor, turn: Tensor | None, attention: Attention) -> Tensor:
        """Run embeddings, [rows, width], through the layers, in place, and return them.

        Args:
            hidden: embeddings.
            turn: as `RotaryTable.of` returns it; None where positions are learnt.
            attention: of this step.
        """
        half, width = self.shape.head_width // 2, self.shape.head_width
        for number, layer in enumerate(self._weights.layers):
            heads = layer.query_key_value(layer.attention_norm(hidden)).view(len(hidden), -1, width)
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

    def know_positions(self, count: int) -> None:
        """Prepare for the first `count` positions."""
        if self._rotation is not None:
            self._rotation.extend(count)

    def _turn(self, positions: Tensor) -> Tensor | None:
        return None if self._rotation is None else self._rotation.of(positions)

    def _embed(self, ids: Tensor, positions: Tensor) -> Tensor:
        """Return [rows, width] for ids and positions, [rows] each."""
        hidden = self._weights.embedding[ids]
        if self.shape.embedding_scale != 1:
            hidden.mul_(self._embedding_scale)
        if self._weights.positions is not None:
            hidden.add_(self._weights.positions[positions])
        return hidden

    def _norm_heads(self, heads: Tensor, layer: DecoderLayer) -> Tensor:
        assert layer.query_key_norm is not None
        shape = self.shape
        queries, keys, values = heads.split((shape.heads, shape.kv_heads, shape.kv_heads), 1)
        query_norm, key_norm = layer.query_key_norm
        return torch.cat([query_norm(queries), key_norm(keys), values], 1)
