"""A causal model run by our own decoder."""

from collections.abc import Sequence

import torch
from torch import Tensor

from app.engines.decoder.decoder import Decoder
from app.engines.decoder.key_value_cache import KeyValueCache


class LeanModel:
    """See `CausalModel`."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._cache = decoder.new_cache()

    def read(self, ids: Sequence[int], logits_of: int) -> Tensor:
        """See `CausalModel.read`."""
        with torch.inference_mode():
            return self._decoder.prefill(ids, self._cache, logits_of).cpu()

    def cut(self, length: int) -> bool:
        """See `CausalModel.cut`."""
        self._cache.cut(length)
        return True

    def clear(self) -> None:
        """See `CausalModel.clear`."""
        self._cache = self._decoder.new_cache()

    def branch(self, count: int) -> "LeanBranches":
        """See `CausalModel.branch`."""
        return LeanBranches(self._decoder, self._cache, self._decoder.new_cache(count))


class LeanBranches:
    """See `Branches`."""

    def __init__(self, decoder: Decoder, shared: KeyValueCache, own: KeyValueCache) -> None:
        self._decoder = decoder
        self._shared = shared
        self._own = own

    def decode(self, tokens: Sequence[int]) -> Tensor:
        """See `Branches.decode`."""
        with torch.inference_mode():
            return self._decoder.decode_branches(tokens, self._shared, self._own).cpu()
