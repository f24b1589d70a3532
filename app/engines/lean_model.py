"""A causal model run by our own decoder."""

from collections.abc import Sequence

import torch
from torch import Tensor

from app.engines.decoder.decoder import Decoder
from app.engines.decoder.key_value_cache import KeyValueCache


class LeanModel:
    """See `CausalModel`."""

    goes_back = True

    def __init__(self, decoder: Decoder, cache: KeyValueCache | None = None) -> None:
        self._decoder = decoder
        self._cache = cache or decoder.new_cache()

    @property
    def cache_bytes(self) -> int:
        """See `CausalModel.cache_bytes`."""
        size: int = self._cache.buffer.nbytes
        return size

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

    def copy(self) -> "LeanModel":
        """See `CausalModel.copy`."""
        with torch.inference_mode():
            return LeanModel(self._decoder, self._cache.copy())

    def branch(self, count: int) -> "LeanBranches":
        """See `CausalModel.branch`."""
        return LeanBranches(self._decoder, self._cache, self._decoder.new_branches(count))


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
